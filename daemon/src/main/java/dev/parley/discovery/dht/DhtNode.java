package dev.parley.discovery.dht;

import java.net.InetSocketAddress;

/** A node of the DHT, as somebody has told of it or it has answered. */
record DhtNode(NodeId id, InetSocketAddress address) {}
