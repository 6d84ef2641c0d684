// A relay of Party-Sockets' version 2 on the npm package `ws`: rooms in a Map, one `send` a delivery.

import { WebSocketServer } from "ws";

const LETTERS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const rooms = new Map();
const server = new WebSocketServer({ host: "127.0.0.1", port: Number(process.argv[2]), perMessageDeflate: false });

server.on("connection", (socket) => {
  let room;
  let index = -1;
  const tell = (message) => socket.send(JSON.stringify(message));
  const others = (text) => {
    for (const member of room.members) if (member !== socket) member.send(text);
  };
  const enter = (found) => {
    room = found;
    index = room.came++;
    room.members.add(socket);
  };
  const handlers = {
    create({ maxClients }) {
      const code = newCode();
      enter({ code, came: 0, max: maxClients, members: new Set() });
      rooms.set(code, room);
      tell({ type: "created", room: code, instance: "", region: "", index });
    },
    join({ room: code }) {
      const found = rooms.get(code);
      if (!found) return tell({ type: "error", message: "Room not found" });
      if (found.members.size >= found.max) return tell({ type: "error", message: "Room is full" });
      const peers = Array.from({ length: found.came }, (_, at) => at);
      enter(found);
      tell({ type: "joined", room: code, index, peers });
      others(JSON.stringify({ type: "peer_joined", index }));
    },
    send({ data }) {
      others(JSON.stringify({ type: "message", from: index, data }));
    },
  };
  socket.on("message", (bytes) => {
    const message = JSON.parse(bytes.toString());
    handlers[message.type]?.(message);
  });
  socket.on("error", () => {});
  socket.on("close", () => {
    if (!room) return;
    room.members.delete(socket);
    if (room.members.size === 0) rooms.delete(room.code);
    else others(JSON.stringify({ type: "peer_left", index }));
  });
});

function newCode() {
  for (;;) {
    const code = Array.from({ length: 6 }, () => LETTERS[Math.floor(Math.random() * LETTERS.length)]).join("");
    if (!rooms.has(code)) return code;
  }
}
