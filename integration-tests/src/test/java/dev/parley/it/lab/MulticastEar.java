package dev.parley.it.lab;

import com.google.common.net.InetAddresses;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Hears multicast DNS on an interface of a host, of both families. */
public final class MulticastEar {
  private static final String READY = "ready";
  private static final int PORT = 5353;

  private final List<Heard> heard = new CopyOnWriteArrayList<>();

  private MulticastEar() {}

  /** A datagram, and which address it came from. */
  public record Heard(String from, byte[] datagram) {}

  static MulticastEar at(Namespace host, String interfaceName) {
    JavaTool tool = JavaTool.start(host, MulticastEar.class, List.of(interfaceName));
    if (!tool.line().equals(READY)) {
      throw new IllegalStateException("nothing can be heard on " + host.name());
    }
    MulticastEar ear = new MulticastEar();
    Thread reader = new Thread(() -> ear.read(tool), "multicast-ear");
    reader.setDaemon(true);
    reader.start();
    return ear;
  }

  /** All that was heard so far. */
  public List<Heard> heard() {
    return List.copyOf(heard);
  }

  private void read(JavaTool tool) {
    try {
      while (true) {
        String[] words = tool.line().split(" ", 2);
        heard.add(new Heard(words[0], HexFormat.of().parseHex(words[1])));
      }
    } catch (RuntimeException e) {
      // The laboratory is gone.
      Thread.currentThread().interrupt();
    }
  }

  public static void main(String[] arguments) throws IOException {
    NetworkInterface at = NetworkInterface.getByName(arguments[0]);
    Selector selector = Selector.open();
    join(at, StandardProtocolFamily.INET, "224.0.0.251", selector);
    join(at, StandardProtocolFamily.INET6, "ff02::fb", selector);
    System.out.println(READY);
    ByteBuffer buffer = ByteBuffer.allocate(9_001);
    while (true) {
      selector.select(key -> tell(key, buffer));
    }
  }

  private static void join(
      NetworkInterface at, StandardProtocolFamily family, String group, Selector selector)
      throws IOException {
    DatagramChannel channel = DatagramChannel.open(family);
    channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
    channel.bind(new InetSocketAddress(PORT));
    channel.join(InetAddresses.forString(group), at);
    channel.configureBlocking(false);
    channel.register(selector, SelectionKey.OP_READ);
  }

  private static void tell(SelectionKey key, ByteBuffer buffer) {
    try {
      buffer.clear();
      InetSocketAddress from =
          (InetSocketAddress) ((DatagramChannel) key.channel()).receive(buffer);
      buffer.flip();
      System.out.println(
          from.getAddress().getHostAddress()
              + " "
              + HexFormat.of().formatHex(buffer.array(), 0, buffer.limit()));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
