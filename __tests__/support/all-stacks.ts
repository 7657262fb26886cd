import { ENVIRONMENTS } from "../../environments";
import { complete, completeBootstrap } from "./fixture-environment";
import { type SynthesizedStack, synthesize } from "./synth";

/** Every stack of the shipped environments and of the one that uses every option, with its bootstrap, by id. */
export function allStacks(): ReadonlyMap<string, SynthesizedStack> {
  const synthesis = synthesize({ ...ENVIRONMENTS, complete }, completeBootstrap);
  const ids = [...synthesis.files.keys()]
    .filter((file) => file.endsWith("cdk.tf.json"))
    .map((file) => file.split("/")[1] ?? "");
  return new Map(ids.map((id) => [id, synthesis.stack(id)]));
}
