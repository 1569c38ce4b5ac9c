package dev.parley.relay.rendezvous;

import com.google.common.base.Ticker;
import com.google.protobuf.ByteString;
import dev.parley.relay.v1.RendezvousEvent;
import dev.parley.relay.v1.SlotEnded;
import dev.parley.relay.v1.SlotJoined;
import dev.parley.relay.v1.SlotOpened;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The slots of one relay. A slot is opened by one connection and joined by one other; from then on
 * nobody finds it any more, and it ends with the first of the two that leaves. So a code can be
 * guessed once. Thread-safe.
 */
public final class Slots {
  /** Of those that wait and those where two have met. A few hundred bytes each. */
  public static final int MAX_SLOTS = 4_096;

  public static final int MAX_SLOTS_PER_ADDRESS = 16;

  /** From the opening on, joined or not. */
  public static final Duration LIFETIME = Duration.ofMinutes(10);

  /** Two who have met are done in less; people do not come into it any more. */
  public static final Duration PATIENCE = Duration.ofSeconds(60);

  public static final int MAX_FRAME_BYTES = 1_400;

  /** From each side; a pairing takes five. */
  public static final int MAX_FRAMES = 8;

  /** Numbers are drawn from the first of these ranges that is less than half taken. */
  private static final int[] RANGES = {99, 999, 9_999};

  private final Ticker ticker;
  private final RandomGenerator random;
  private final Attempts attempts;
  private final Map<Integer, Slot> waiting = new HashMap<>();
  private final Map<Long, Integer> perNetwork = new HashMap<>();

  /** Both kinds in the order in which they end; see {@link #expire}. */
  private final Deque<Slot> opened = new ArrayDeque<>();

  private final Deque<Slot> met = new ArrayDeque<>();

  /** One connection, as a slot sees it. Must not block, nor call back. */
  public interface Member {
    void tell(RendezvousEvent event);
  }

  /** What a connection has with the slots; made once per connection. */
  public static final class Seat {
    private final long network;
    private final Member member;
    private @Nullable Slot slot;
    private boolean used;
    private int frames;

    /**
     * @param network the IPv4 address or IPv6 /64 that it comes from
     */
    public Seat(long network, Member member) {
      this.network = network;
      this.member = member;
    }
  }

  private static final class Slot {
    final int number;
    final Seat host;
    @Nullable Seat guest;
    long endsNanos;

    Slot(int number, Seat host, long endsNanos) {
      this.number = number;
      this.host = host;
      this.endsNanos = endsNanos;
    }

    List<Seat> seats() {
      return guest == null ? List.of(host) : List.of(host, guest);
    }
  }

  public Slots(Ticker ticker, RandomGenerator random) {
    this.ticker = ticker;
    this.random = random;
    this.attempts = new Attempts(ticker);
  }

  /** Opens a slot for a connection, and tells it; or why not, having told it that as well. */
  public synchronized Optional<Refused> open(Seat seat) {
    expire();
    if (seat.used) {
      return misused(seat);
    }
    seat.used = true;
    if (opened.size() + met.size() >= MAX_SLOTS) {
      return refuse(seat, Refused.SLOTS_IN_ALL, SlotEnded.Reason.FULL);
    }
    if (perNetwork.getOrDefault(seat.network, 0) >= MAX_SLOTS_PER_ADDRESS) {
      return refuse(seat, Refused.SLOTS_OF_ADDRESS, SlotEnded.Reason.FULL);
    }
    Slot slot = new Slot(freeNumber(), seat, ticker.read() + LIFETIME.toNanos());
    seat.slot = slot;
    waiting.put(slot.number, slot);
    opened.add(slot);
    perNetwork.merge(seat.network, 1, Integer::sum);
    seat.member.tell(
        RendezvousEvent.newBuilder()
            .setOpened(
                SlotOpened.newBuilder()
                    .setSlot(slot.number)
                    .setLifetimeSeconds((int) LIFETIME.toSeconds()))
            .build());
    return Optional.empty();
  }

  /** Joins a slot where somebody waits, and tells both. */
  public synchronized Optional<Refused> join(Seat seat, int number) {
    expire();
    if (seat.used) {
      return misused(seat);
    }
    seat.used = true;
    Optional<Refused> tooMany = attempts.take(seat.network);
    if (tooMany.isPresent()) {
      return refuse(seat, tooMany.get(), SlotEnded.Reason.RATE_LIMITED);
    }
    Slot slot = waiting.remove(number);
    if (slot == null) {
      return refuse(seat, Refused.NO_SUCH_SLOT, SlotEnded.Reason.NO_SUCH_SLOT);
    }
    opened.remove(slot);
    slot.guest = seat;
    slot.endsNanos = ticker.read() + PATIENCE.toNanos();
    seat.slot = slot;
    met.add(slot);
    RendezvousEvent joined =
        RendezvousEvent.newBuilder().setJoined(SlotJoined.getDefaultInstance()).build();
    slot.seats().forEach(both -> both.member.tell(joined));
    return Optional.empty();
  }

  /** Hands a frame to the other one. */
  public synchronized Optional<Refused> frame(Seat seat, ByteString frame) {
    expire();
    Slot slot = seat.slot;
    if (slot == null && seat.used) {
      // It was sent while the slot ended, of which its sender is told already.
      return Optional.empty();
    }
    if (slot == null
        || slot.guest == null
        || frame.isEmpty()
        || frame.size() > MAX_FRAME_BYTES
        || ++seat.frames > MAX_FRAMES) {
      return misused(seat);
    }
    Seat other = seat == slot.host ? slot.guest : slot.host;
    other.member.tell(RendezvousEvent.newBuilder().setFrame(frame).build());
    return Optional.empty();
  }

  /** The connection is gone, or has done what it came for. */
  public synchronized void leave(Seat seat) {
    seat.used = true;
    Slot slot = seat.slot;
    if (slot != null) {
      seat.slot = null;
      end(slot, SlotEnded.Reason.OTHER_LEFT);
    }
  }

  /** Ends what is over; called by every request, and by a timer. */
  public synchronized void expire() {
    long now = ticker.read();
    for (Deque<Slot> kind : List.of(opened, met)) {
      List<Slot> over = new ArrayList<>();
      for (Slot slot : kind) {
        if (now - slot.endsNanos < 0) {
          break;
        }
        over.add(slot);
      }
      over.forEach(slot -> end(slot, SlotEnded.Reason.EXPIRED));
    }
  }

  /** Slots at this moment, of both kinds. */
  public synchronized int size() {
    return opened.size() + met.size();
  }

  private Optional<Refused> misused(Seat seat) {
    Slot slot = seat.slot;
    seat.used = true;
    seat.slot = null;
    if (slot != null) {
      end(slot, SlotEnded.Reason.OTHER_LEFT);
    }
    return refuse(seat, Refused.MISUSED, SlotEnded.Reason.MISUSED);
  }

  private static Optional<Refused> refuse(Seat seat, Refused why, SlotEnded.Reason told) {
    seat.member.tell(ended(told));
    return Optional.of(why);
  }

  private void end(Slot slot, SlotEnded.Reason reason) {
    waiting.remove(slot.number, slot);
    if (!opened.remove(slot)) {
      met.remove(slot);
    }
    perNetwork.merge(slot.host.network, -1, (all, one) -> all + one == 0 ? null : all + one);
    for (Seat seat : slot.seats()) {
      if (seat.slot == slot) {
        seat.slot = null;
        seat.member.tell(ended(reason));
      }
    }
  }

  private static RendezvousEvent ended(SlotEnded.Reason reason) {
    return RendezvousEvent.newBuilder().setEnded(SlotEnded.newBuilder().setReason(reason)).build();
  }

  /** Small, and not the one that was free a moment ago: somebody may still try that. */
  private int freeNumber() {
    for (int range : RANGES) {
      if (waiting.size() * 2 < range) {
        int number;
        do {
          number = 1 + random.nextInt(range);
        } while (waiting.containsKey(number));
        return number;
      }
    }
    throw new IllegalStateException("more slots than there may be: " + waiting.size());
  }
}
