package dev.parley.it.mapping;

import dev.parley.nat.mapping.MappedTransport;
import dev.parley.nat.mapping.PortMapper;
import dev.parley.nat.mapping.Protocol;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Maps port 4000 with a short lease until its standard input says something; tells what happens.
 */
final class MapperProgram {
  private MapperProgram() {}

  public static void main(String[] arguments) throws Exception {
    ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor();
    ExecutorService blocking = Executors.newCachedThreadPool();
    PortMapper mapper =
        PortMapper.start(
            new PortMapper.Environment(loop, blocking, System::nanoTime, new SecureRandom()),
            new PortMapper.Timing(
                Duration.ofSeconds(8), Duration.ofSeconds(1), Duration.ofSeconds(1)),
            MappedTransport.valueOf(arguments[0]),
            new InetSocketAddress("0.0.0.0", 4_000),
            new PortMapper.Listener() {
              @Override
              public void onMapped(InetSocketAddress external, Protocol protocol) {
                System.out.println("mapped " + protocol.word());
              }

              @Override
              public void onLost(InetSocketAddress external) {
                System.out.println("lost");
              }
            });
    if (System.in.read() >= 0) {
      mapper.close().join();
    }
    System.exit(0);
  }
}
