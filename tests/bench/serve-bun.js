// The Bun side: bun serve-bun.js serve-echo. Speaks as peer.c describes.
const MESSAGE = 64;
let echoed = 0;
let open = 0;
let count = 0;
let startCpu = 0;
let startWall = 0;
let done;
const cpu = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};
const server = Bun.listen({
  hostname: "127.0.0.1",
  port: 0,
  socket: {
    open(socket) {
      socket.setNoDelay(true);
      if (open++ === 0) {
        startWall = performance.now();
        startCpu = cpu();
      }
    },
    data(socket, data) {
      socket.write(data);
      echoed += data.length / MESSAGE;
    },
    close() {
      if (--open === 0 && echoed >= count) done?.();
    },
  },
});
console.log(`port ${server.port}`);
for await (const line of console) {
  const finished = new Promise(resolve => {
    done = resolve;
  });
  count += Number(line); // over all rounds: a round's load may be quicker than its line
  if (echoed < count || open > 0) await finished;
  console.log(`${Math.round(cpu() - startCpu)} ${Math.round((performance.now() - startWall) * 1000)}`);
}
process.exit();
