package dev.parley.nat.ice;

import java.io.FileDescriptor;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.DatagramSocketImpl;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.Arrays;
import org.ice4j.socket.IceSocketWrapper;
import org.jspecify.annotations.Nullable;

/**
 * A {@link CheckPort} as ice4j sees it. {@code receive} blocks a thread that ice4j makes for each
 * socket; {@code send} is called on its other threads.
 */
final class VirtualSocket extends IceSocketWrapper {
  /** ice4j tells UDP from TCP by whether this is null, and does nothing else with it. */
  private static final DatagramSocket WITHOUT_DESCRIPTOR = new DatagramSocket(new NoImpl()) {};

  private final CheckPort port;

  VirtualSocket(CheckPort port) {
    this.port = port;
  }

  @Override
  public void send(DatagramPacket packet) throws IOException {
    int offset = packet.getOffset();
    port.send(
        Arrays.copyOfRange(packet.getData(), offset, offset + packet.getLength()),
        (InetSocketAddress) packet.getSocketAddress());
  }

  @Override
  public void receive(DatagramPacket packet) throws IOException {
    CheckPort.Inbound next = port.take();
    byte[] bytes = next.packet();
    // StunMessage.MAX_BYTES is below what ice4j's connector has room for.
    System.arraycopy(bytes, 0, packet.getData(), packet.getOffset(), bytes.length);
    packet.setLength(bytes.length);
    packet.setSocketAddress(next.from());
  }

  @Override
  public void close() {
    port.close();
  }

  @Override
  public InetAddress getLocalAddress() {
    return port.base().getAddress();
  }

  @Override
  public int getLocalPort() {
    return port.base().getPort();
  }

  @Override
  public SocketAddress getLocalSocketAddress() {
    return port.base();
  }

  @Override
  public @Nullable Socket getTCPSocket() {
    return null;
  }

  @Override
  public DatagramSocket getUDPSocket() {
    return WITHOUT_DESCRIPTOR;
  }

  /** A socket that can do nothing. */
  private static final class NoImpl extends DatagramSocketImpl {
    private static final String NOTHING = "a virtual socket has no socket of its own";

    @Override
    protected void create() {}

    @Override
    protected void bind(int port, InetAddress address) {}

    @Override
    protected void send(DatagramPacket packet) throws IOException {
      throw new IOException(NOTHING);
    }

    @Override
    protected int peek(InetAddress address) throws IOException {
      throw new IOException(NOTHING);
    }

    @Override
    protected int peekData(DatagramPacket packet) throws IOException {
      throw new IOException(NOTHING);
    }

    @Override
    protected void receive(DatagramPacket packet) throws IOException {
      throw new IOException(NOTHING);
    }

    @Deprecated
    @Override
    protected void setTTL(byte ttl) {}

    @Deprecated
    @Override
    protected byte getTTL() {
      return 0;
    }

    @Override
    protected void setTimeToLive(int ttl) {}

    @Override
    protected int getTimeToLive() {
      return 0;
    }

    @Override
    protected void join(InetAddress group) {}

    @Override
    protected void leave(InetAddress group) {}

    @Override
    protected void joinGroup(SocketAddress group, NetworkInterface network) {}

    @Override
    protected void leaveGroup(SocketAddress group, NetworkInterface network) {}

    @Override
    protected void close() {}

    @Override
    protected @Nullable FileDescriptor getFileDescriptor() {
      return null;
    }

    @Override
    public void setOption(int option, Object value) {}

    @Override
    public Object getOption(int option) {
      return 0;
    }
  }
}
