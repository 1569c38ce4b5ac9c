package dev.parley.relay.server;

import com.google.protobuf.ByteString;
import dev.parley.identity.Identity;
import dev.parley.nat.PeerKey;
import dev.parley.proto.id.PeerId;
import dev.parley.relay.RelayProof;
import dev.parley.relay.RelayWire;
import dev.parley.relay.v1.Answer;
import dev.parley.relay.v1.Challenge;
import dev.parley.relay.v1.ClientFrame;
import dev.parley.relay.v1.GoAway;
import dev.parley.relay.v1.Ping;
import dev.parley.relay.v1.ServerFrame;
import dev.parley.relay.v1.Welcome;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A client by hand over a plain socket, which may misbehave in any way. */
final class RawClient implements AutoCloseable {
  static final int TEXT = 1;
  static final int BINARY = 2;
  static final int CLOSE = 8;
  static final int PING = 9;
  static final int PONG = 10;

  private static final int PATIENCE_MILLIS = 20_000;

  record Frame(int opcode, byte[] payload) {}

  private final Socket socket = new Socket();
  private final DataInputStream in;

  RawClient(InetSocketAddress relay) throws IOException {
    this(relay, 0);
  }

  /**
   * @param receiveBuffer small, for a client that is slow to read; 0 for the default
   */
  RawClient(InetSocketAddress relay, int receiveBuffer) throws IOException {
    if (receiveBuffer > 0) {
      socket.setReceiveBufferSize(receiveBuffer);
    }
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.connect(relay, PATIENCE_MILLIS);
    in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream()));
  }

  void write(String text) throws IOException {
    write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  void write(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /** Everything until the relay closes the connection. */
  String readAll() throws IOException {
    try {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (SocketException e) {
      return "";
    }
  }

  /** Whether the relay has closed the connection; waits for it. */
  boolean isClosedByRelay() throws IOException {
    try {
      while (in.read() >= 0) {
        // What it said before does not matter here.
      }
      return true;
    } catch (SocketException e) {
      return true;
    }
  }

  RawClient upgrade(String... extraHeaders) throws IOException {
    write(
        "GET /parley HTTP/1.1\r\nHost: relay\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            + String.join("", extraHeaders)
            + "\r\n");
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.readUnsignedByte());
    }
    if (!head.toString().startsWith("HTTP/1.1 101")) {
      throw new IOException("not upgraded: " + head);
    }
    return this;
  }

  void send(int opcode, byte[] payload) throws IOException {
    write(frame(0x80 | opcode, payload, true));
  }

  static byte[] frame(int first, byte[] payload, boolean masked) {
    ByteBuffer out = ByteBuffer.allocate(14 + payload.length);
    out.put((byte) first);
    int maskBit = masked ? 0x80 : 0;
    if (payload.length < 126) {
      out.put((byte) (maskBit | payload.length));
    } else if (payload.length < 65_536) {
      out.put((byte) (maskBit | 126)).putShort((short) payload.length);
    } else {
      out.put((byte) (maskBit | 127)).putLong(payload.length);
    }
    byte[] mask = {0x11, 0x22, 0x33, 0x44};
    if (masked) {
      out.put(mask);
    }
    for (int i = 0; i < payload.length; i++) {
      out.put(masked ? (byte) (payload[i] ^ mask[i % 4]) : payload[i]);
    }
    byte[] bytes = new byte[out.flip().remaining()];
    out.get(bytes);
    return bytes;
  }

  Frame read() throws IOException {
    int opcode = in.readUnsignedByte() & 0x0f;
    long length = in.readUnsignedByte();
    length = length == 126 ? in.readUnsignedShort() : length == 127 ? in.readLong() : length;
    byte[] payload = new byte[(int) length];
    in.readFully(payload);
    return new Frame(opcode, payload);
  }

  ServerFrame readControl() throws IOException {
    byte[] payload = read().payload();
    if (payload.length == 0 || payload[0] != RelayWire.CONTROL) {
      throw new IOException("no control message: " + payload.length + " bytes");
    }
    return ServerFrame.parseFrom(ByteBuffer.wrap(payload, 1, payload.length - 1));
  }

  /** The relay's last word, past whatever came before it; empty when it closed without one. */
  Optional<GoAway> readGoAway() throws IOException {
    try {
      while (true) {
        byte[] payload = read().payload();
        if (payload.length > 0 && payload[0] == RelayWire.CONTROL) {
          ServerFrame frame =
              ServerFrame.parseFrom(ByteBuffer.wrap(payload, 1, payload.length - 1));
          if (frame.hasGoAway()) {
            return Optional.of(frame.getGoAway());
          }
        }
      }
    } catch (EOFException | SocketException e) {
      return Optional.empty();
    }
  }

  void sendControl(ClientFrame.Builder frame) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(RelayWire.CONTROL);
    frame.build().writeTo(out);
    send(BINARY, out.toByteArray());
  }

  /** The answer to the challenge, as an honest client gives it. */
  Answer.Builder answer(Identity identity) throws IOException {
    Challenge challenge = readControl().getChallenge();
    RelayProof proof =
        new RelayProof(
            new PeerId(challenge.getRelayId()),
            challenge.getNonce(),
            identity.id(),
            ByteString.copyFrom(new byte[RelayWire.NONCE_BYTES]));
    return Answer.newBuilder()
        .setVersion(1)
        .setPeerId(identity.id().key())
        .setNonce(proof.nodeNonce())
        .setSignature(proof.signAsNode(identity));
  }

  Welcome authenticate(Identity identity) throws IOException {
    sendControl(ClientFrame.newBuilder().setAnswer(answer(identity)));
    return readControl().getWelcome();
  }

  void ping(long token) throws IOException {
    sendControl(ClientFrame.newBuilder().setPing(Ping.newBuilder().setToken(token)));
  }

  static byte[] datagram(Identity target, int bytes) {
    return ByteBuffer.allocate(RelayWire.DATAGRAM_HEADER_BYTES + bytes)
        .put(RelayWire.SEND)
        .put(target.id().toByteArray())
        .array();
  }

  static PeerKey key(Identity identity) {
    return PeerKey.of(identity.id().toByteArray());
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
