// A relay of Party-Sockets' version 2 on Bun's publish and subscribe, with uWebSockets inside: each room is a topic,
// and the runtime makes the deliveries.

const LETTERS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const rooms = new Map();

const handlers = {
  create(socket, { maxClients }) {
    const code = newCode();
    const room = { code, came: 0, here: 0, max: maxClients };
    rooms.set(code, room);
    enter(socket, room);
    tell(socket, { type: "created", room: code, instance: "", region: "", index: socket.data.index });
  },
  join(socket, { room: code }) {
    const room = rooms.get(code);
    if (!room) return tell(socket, { type: "error", message: "Room not found" });
    if (room.here >= room.max) return tell(socket, { type: "error", message: "Room is full" });
    const peers = Array.from({ length: room.came }, (_, at) => at);
    enter(socket, room);
    tell(socket, { type: "joined", room: code, index: socket.data.index, peers });
    socket.publish(code, JSON.stringify({ type: "peer_joined", index: socket.data.index }));
  },
  send(socket, { data }) {
    socket.publish(socket.data.room.code, JSON.stringify({ type: "message", from: socket.data.index, data }));
  },
};

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: Number(process.argv[2]),
  fetch(request, asked) {
    if (asked.upgrade(request, { data: { room: undefined, index: -1 } })) return undefined;
    return new Response("A relay: connect by WebSocket.", { status: 426 });
  },
  websocket: {
    perMessageDeflate: false,
    message(socket, text) {
      const message = JSON.parse(text);
      handlers[message.type]?.(socket, message);
    },
    close(socket) {
      const { room, index } = socket.data;
      if (!room) return;
      room.here -= 1;
      if (room.here === 0) rooms.delete(room.code);
      else server.publish(room.code, JSON.stringify({ type: "peer_left", index }));
    },
  },
});

function enter(socket, room) {
  socket.data.room = room;
  socket.data.index = room.came++;
  room.here += 1;
  socket.subscribe(room.code);
}

function tell(socket, message) {
  socket.send(JSON.stringify(message));
}

function newCode() {
  for (;;) {
    const code = Array.from({ length: 6 }, () => LETTERS[Math.floor(Math.random() * LETTERS.length)]).join("");
    if (!rooms.has(code)) return code;
  }
}
