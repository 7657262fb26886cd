import { Resources } from "../../local/resources";

const resource = (stop: () => Promise<void>) => ({ stop });

describe("resources", () => {
  it("are stopped in the opposite order of their start", async () => {
    const stopped: string[] = [];
    const resources = new Resources();
    for (const name of ["first", "second"]) {
      await resources.use(async () => resource(async () => void stopped.push(name)));
    }
    await resources.stop();
    await resources.stop();
    expect(stopped).toEqual(["second", "first"]);
  });

  it("are stopped even if the end comes while they start", async () => {
    let started = () => {};
    const stop = jest.fn(async () => undefined);
    const resources = new Resources();
    void resources.use(async () => {
      await new Promise<void>((resolve) => (started = resolve));
      return resource(stop);
    });
    const end = resources.stop();
    started();
    await end;
    expect(stop).toHaveBeenCalledTimes(1);
  });

  it("are not started any more after the end", async () => {
    const start = jest.fn();
    const resources = new Resources();
    await resources.stop();
    await expect(resources.use(start)).rejects.toThrow("nothing is started any more");
    expect(start).not.toHaveBeenCalled();
  });

  it("are all stopped even if one can't be, which is said", async () => {
    const stop = jest.fn(async () => undefined);
    const resources = new Resources();
    await resources.use(async () => resource(stop));
    await resources.use(async () =>
      resource(async () => {
        throw new Error("stuck");
      }),
    );
    await expect(resources.stop()).rejects.toThrow("stuck");
    expect(stop).toHaveBeenCalledTimes(1);
  });
});
