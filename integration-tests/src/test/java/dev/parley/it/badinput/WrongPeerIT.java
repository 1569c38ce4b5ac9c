package dev.parley.it.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.control.v1.LinkState;
import dev.parley.control.v1.MessageState;
import dev.parley.it.process.Daemon;
import dev.parley.it.process.Inbox;
import dev.parley.it.process.Stage;
import dev.parley.it.process.StageExtension;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The right address and the wrong key. */
@ExtendWith(StageExtension.class)
class WrongPeerIT {

  @Test
  void whoAnswersAtBobsAddressIsNotBob(Stage stage) {
    Daemon alice = stage.home("alice").start();
    Daemon bob = stage.home("bob").start();
    Daemon.introduce(alice, bob);
    String address = bob.control().status().getListen();
    assertThat(bob.stop()).isZero();
    Daemon mallory = stage.home("mallory").startWith("--listen", address);

    alice.control().send("bob", "for bob alone", MessageState.MESSAGE_STATE_QUEUED);
    Awaitility.await("alice notices")
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(alice.control().peer("bob").orElseThrow())
                    .satisfies(
                        peer -> {
                          assertThat(peer.getState()).isEqualTo(LinkState.LINK_STATE_UNREACHABLE);
                          assertThat(peer.getProblem()).contains(mallory.peerId());
                          assertThat(peer.getOutbox()).isEqualTo(1);
                        }));
    assertThat(mallory.control().status().getUnread()).isZero();

    mallory.kill();
    bob.home().startWith("--listen", address);
    assertThat(Inbox.texts(bob.control().inbox("").read(1))).containsExactly("for bob alone");
  }
}
