import { ENVIRONMENTS } from "../../environments";
import { complete } from "./fixture-environment";
import { type SynthesizedStack, synthesize } from "./synth";

/** Every stack of the shipped environments and of the one that uses every option, by id. */
export function allStacks(): ReadonlyMap<string, SynthesizedStack> {
  const synthesis = synthesize({ ...ENVIRONMENTS, complete });
  const ids = [...synthesis.files.keys()]
    .filter((file) => file.endsWith("cdk.tf.json"))
    .map((file) => file.split("/")[1] ?? "");
  return new Map(ids.map((id) => [id, synthesis.stack(id)]));
}
