package dev.parley.discovery.dht;

import com.google.protobuf.ByteString;
import java.net.InetSocketAddress;

/** The socket, as the DHT sees it. What cannot be sent is dropped; nothing is thrown. */
public interface DatagramSender {
  void send(InetSocketAddress to, ByteString datagram);
}
