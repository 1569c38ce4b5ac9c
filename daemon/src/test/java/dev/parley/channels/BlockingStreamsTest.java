package dev.parley.channels;

import static dev.parley.channels.TestChannels.WEB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.channels.TestChannels.Accepting;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class BlockingStreamsTest {
  private final TestChannels nodes = new TestChannels();
  private final Accepting web = new Accepting();
  private StreamChannel here;
  private BlockingStreams atHome;
  private BlockingStreams away;

  @BeforeEach
  void open() throws Exception {
    nodes.bob.listen(WEB, Access.ALL_CONTACTS, web);
    here = nodes.open().get(60, TimeUnit.SECONDS);
    atHome = here.blocking();
    away = web.streams.get(0).blocking();
  }

  @AfterEach
  void close() {
    nodes.close();
  }

  @Test
  void megabytesArriveWhole() throws Exception {
    byte[] sent = new byte[5_000_000];
    new Random(3).nextBytes(sent);
    CompletableFuture<Void> writing =
        CompletableFuture.runAsync(
            () -> {
              try (var out = atHome.out()) {
                out.write(sent);
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
    assertThat(away.in().readAllBytes()).isEqualTo(sent);
    writing.get(60, TimeUnit.SECONDS);
    away.out().write(7);
    away.out().close();
    assertThat(atHome.in().read()).isEqualTo(7);
    assertThat(atHome.in().read()).isEqualTo(-1);
    assertThat(atHome.in().read()).isEqualTo(-1);
  }

  @Test
  void aResetIsAnExceptionThatSaysSo() throws Exception {
    here.reset(9);
    assertThatThrownBy(() -> away.in().read())
        .isInstanceOf(IOException.class)
        .hasMessage("the channel was reset by the peer, reason 9");
    assertThatThrownBy(() -> away.out().write(1)).isInstanceOf(IOException.class);
  }

  @Test
  void aLostLinkIsAnExceptionThatSaysSo() throws Exception {
    nodes.network.cut();
    assertThatThrownBy(() -> away.in().read())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cut by the test");
  }

  @Test
  void aReaderAndAWriterThatWaitCanBeInterrupted() throws Exception {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> atHome.in().read()).isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> atHome.out().write(new byte[20_000_000]))
        .isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void aClosedReaderDropsWhatComesAndLetsThePeerGoOn() throws Exception {
    away.in().close();
    atHome.out().write(new byte[2_000_000]);
    assertThatThrownBy(() -> away.in().read()).isInstanceOf(IOException.class);
    away.out().write(1);
    assertThat(atHome.in().read()).isEqualTo(1);
  }
}
