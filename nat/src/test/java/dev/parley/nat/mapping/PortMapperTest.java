package dev.parley.nat.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** When nobody is asked. */
final class PortMapperTest {
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final List<Runnable> blocking = new ArrayList<>();

  @Test
  void aPortThatIsBoundToTheLoopbackAsksNobody() throws Exception {
    channel.freezeTime();
    PortMapper mapper = start("127.0.0.1");
    pass();
    assertThat(blocking).as("not even a search").isEmpty();

    mapper.restart();
    pass();
    assertThat(blocking).as("a search, after a change of the network").hasSize(1);
    blocking.remove(0).run();
    pass();
    assertThat(blocking).as("and no question").isEmpty();
    assertThat(mapper.mapped()).isEmpty();
    channel.close();
  }

  @Test
  void theLoopbackHasNoGatewayWhateverTheRoutesAre() throws Exception {
    assertThat(Gateways.find(InetAddress.getByName("127.0.0.1"))).isEmpty();
    assertThat(Gateways.find(InetAddress.getByName("::1"))).isEmpty();
  }

  private PortMapper start(String bound) {
    return PortMapper.start(
        new PortMapper.Environment(
            channel.eventLoop(), blocking::add, System::nanoTime, new Random(1)),
        PortMapper.Timing.DEFAULT,
        new InetSocketAddress(bound, 4_000),
        new PortMapper.Listener() {
          @Override
          public void onMapped(InetSocketAddress external, Protocol protocol) {
            throw new AssertionError("mapped at " + external);
          }

          @Override
          public void onLost(InetSocketAddress external) {
            throw new AssertionError("lost " + external);
          }
        });
  }

  private void pass() {
    channel.advanceTimeBy(10, TimeUnit.MINUTES);
    channel.runPendingTasks();
    channel.runScheduledPendingTasks();
  }
}
