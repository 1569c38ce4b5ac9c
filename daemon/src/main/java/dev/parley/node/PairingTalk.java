package dev.parley.node;

import com.google.protobuf.ByteString;
import dev.parley.contacts.Contact;
import dev.parley.contacts.ContactException;
import dev.parley.pairing.PairingCode;
import dev.parley.pairing.PairingException;
import dev.parley.pairing.PairingException.Reason;
import dev.parley.pairing.PairingExchange;
import dev.parley.pairing.PairingStep;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What two who have met say to each other, and the contact that comes of it. Owned by its run. */
final class PairingTalk {
  private final NodePairings.Surroundings node;
  private final PairingRun.Task task;
  private final PairingExchange exchange;
  private final Outlet outlet;
  private @Nullable Contact kept;

  /** Where frames go, and how it ends. */
  interface Outlet {
    void say(ByteString frame);

    void onFailed(PairingException problem);

    /** Each is a contact of the other. */
    void onFinished(Contact peer);
  }

  PairingTalk(
      NodePairings.Surroundings node,
      PairingRun.Task task,
      PairingExchange.Place place,
      PairingCode code,
      Outlet outlet) {
    this.node = node;
    this.task = task;
    this.outlet = outlet;
    this.exchange =
        new PairingExchange(
            task.role(),
            place,
            code,
            new PairingExchange.Self(
                node.identity(), node.record().current(), task.plan().nameHint()),
            node.random());
  }

  void begin() {
    outlet.say(exchange.begin());
  }

  void onFrame(ByteString frame) {
    take(exchange.onFrame(frame));
  }

  /** The other side, once it is a contact here. */
  @Nullable Contact kept() {
    return kept;
  }

  private void take(List<PairingStep> steps) {
    for (PairingStep step : steps) {
      if (step instanceof PairingStep.Send send) {
        outlet.say(send.frame());
      } else if (step instanceof PairingStep.Introduced introduced) {
        keep(introduced);
      } else if (step instanceof PairingStep.Failed failed) {
        outlet.onFailed(PairingProblems.of(failed.flaw(), task.role()));
      } else if (step instanceof PairingStep.Finished && kept != null) {
        outlet.onFinished(kept);
      }
    }
  }

  /** Blocks for a commit. */
  private void keep(PairingStep.Introduced introduced) {
    try {
      kept =
          node.contacts().addVerified(task.plan().name(), introduced.nameHint(), introduced.peer());
    } catch (ContactException e) {
      outlet.onFailed(
          new PairingException(Reason.STORAGE_FAILING, String.valueOf(e.getMessage()), e.hint()));
      return;
    }
    take(exchange.onKept());
  }
}
