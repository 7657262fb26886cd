import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** Between a client and a server on this machine; can fall silent, as a network does when a route is lost. */
export interface Relay {
  readonly port: number;
  /** From now on nothing comes through, not even that somebody has hung up. */
  fallSilent(): void;
  stop(): Promise<void>;
}

/** @param address where it listens. @default "127.0.0.1" */
export async function startRelay(
  target: { readonly host: string; readonly port: number },
  address = "127.0.0.1",
): Promise<Relay> {
  const sockets: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const onward = connect({ host: target.host, port: target.port, allowHalfOpen: true });
    for (const socket of [client, onward]) sockets.push(socket.on("error", () => {}));
    client.pipe(onward).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    fallSilent() {
      for (const socket of sockets) socket.unpipe().pause();
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
