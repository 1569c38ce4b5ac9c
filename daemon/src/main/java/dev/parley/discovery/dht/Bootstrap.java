package dev.parley.discovery.dht;

import com.google.common.collect.ImmutableList;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletionStage;

/** Nodes to begin with, as the configuration names them. */
public interface Bootstrap {
  /** Looks their names up anew. Completes on the DHT's thread, and with those that were found. */
  CompletionStage<ImmutableList<InetSocketAddress>> resolve();
}
