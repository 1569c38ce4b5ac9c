package dev.parley.relay.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Ticker;
import com.google.protobuf.ByteString;
import dev.parley.relay.v1.RendezvousEvent;
import dev.parley.relay.v1.SlotEnded.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SlotsTest {
  private long nanos;
  private final Slots slots =
      new Slots(
          new Ticker() {
            @Override
            public long read() {
              return nanos;
            }
          },
          new Random(11));

  @Test
  void twoWhoMeetHearEachOtherAndNobodyElseJoins() {
    Member host = open(1);
    Member guest = join(2, host.slot());
    assertThat(host.last().hasJoined()).isTrue();
    assertThat(guest.last().hasJoined()).isTrue();
    say(host, "to the guest");
    say(guest, "to the host");
    assertThat(guest.last().getFrame().toStringUtf8()).isEqualTo("to the guest");
    assertThat(host.last().getFrame().toStringUtf8()).isEqualTo("to the host");
    assertThat(join(3, host.slot()).refused).contains(Refused.NO_SUCH_SLOT);
  }

  @Test
  void aSlotEndsWithTheFirstWhoLeaves() {
    Member host = open(1);
    Member guest = join(2, host.slot());
    slots.leave(guest.seat);
    assertThat(host.last().getEnded().getReason()).isEqualTo(Reason.OTHER_LEFT);
    assertThat(guest.last().hasEnded()).as("it knows").isFalse();
    assertThat(slots.size()).isZero();
    assertThat(join(3, host.slot()).last().getEnded().getReason()).isEqualTo(Reason.NO_SUCH_SLOT);
    assertThat(slots.frame(host.seat, ByteString.copyFromUtf8("too late"))).isEmpty();
  }

  @Test
  void aSlotThatNobodyJoinsEndsAfterTenMinutes() {
    Member host = open(1);
    pass(Slots.LIFETIME.minusNanos(1));
    slots.expire();
    assertThat(host.last().hasEnded()).isFalse();
    pass(Duration.ofNanos(1));
    slots.expire();
    assertThat(host.last().getEnded().getReason()).isEqualTo(Reason.EXPIRED);
    assertThat(join(2, host.slot()).refused).contains(Refused.NO_SUCH_SLOT);
  }

  @Test
  void twoWhoHaveMetHaveAMinute() {
    Member host = open(1);
    Member guest = join(2, host.slot());
    pass(Slots.PATIENCE);
    slots.expire();
    assertThat(host.last().getEnded().getReason()).isEqualTo(Reason.EXPIRED);
    assertThat(guest.last().getEnded().getReason()).isEqualTo(Reason.EXPIRED);
    assertThat(slots.size()).isZero();
  }

  @Test
  void aConnectionHasOneSlotInItsLife() {
    Member host = open(1);
    assertThat(slots.open(host.seat)).contains(Refused.MISUSED);
    assertThat(host.last().getEnded().getReason()).isEqualTo(Reason.MISUSED);
    assertThat(slots.size()).as("and it has lost that one").isZero();
    Member guesser = join(2, 99);
    assertThat(slots.join(guesser.seat, 98)).contains(Refused.MISUSED);
  }

  @Test
  void framesAreBoundedInSizeAndNumber() {
    Member host = open(1);
    Member guest = join(2, host.slot());
    ByteString largest = ByteString.copyFrom(new byte[Slots.MAX_FRAME_BYTES]);
    for (int i = 0; i < Slots.MAX_FRAMES; i++) {
      assertThat(slots.frame(guest.seat, largest)).isEmpty();
    }
    assertThat(slots.frame(guest.seat, largest)).contains(Refused.MISUSED);
    assertThat(host.last().getEnded().getReason()).isEqualTo(Reason.OTHER_LEFT);

    Member another = open(1);
    Member third = join(3, another.slot());
    assertThat(slots.frame(third.seat, largest.concat(largest))).contains(Refused.MISUSED);
    Member lonely = open(1);
    assertThat(slots.frame(lonely.seat, largest)).as("to nobody").contains(Refused.MISUSED);
    Member nobody = new Member(1);
    assertThat(slots.frame(nobody.seat, largest)).contains(Refused.MISUSED);
  }

  @Test
  void slotsOfAnAddressAreBounded() {
    List<Member> hosts = new ArrayList<>();
    for (int i = 0; i < Slots.MAX_SLOTS_PER_ADDRESS; i++) {
      hosts.add(open(1));
    }
    assertThat(open(1).refused).contains(Refused.SLOTS_OF_ADDRESS);
    assertThat(open(2).refused).isEmpty();
    slots.leave(hosts.get(0).seat);
    assertThat(open(1).refused).isEmpty();
  }

  @Test
  void slotsInAllAreBoundedAndTheirNumbersSmallAndUnlike() {
    Set<Integer> numbers = new HashSet<>();
    for (int i = 0; i < Slots.MAX_SLOTS; i++) {
      Member host = open(i);
      assertThat(host.refused).isEmpty();
      assertThat(host.slot()).isBetween(1, i < 49 ? 99 : i < 499 ? 999 : 9_999);
      assertThat(numbers.add(host.slot())).isTrue();
    }
    assertThat(open(9_999_999).refused).contains(Refused.SLOTS_IN_ALL);
    pass(Slots.LIFETIME);
    assertThat(open(9_999_999).refused).isEmpty();
    assertThat(slots.size()).isEqualTo(1);
  }

  @Test
  void tenThousandGuessesOfAnAddressAreTenAMinute() {
    Member host = open(1);
    int tried = 0;
    for (int guess = 0; guess < 10_000; guess++) {
      Member guesser = join(2, host.slot() % 99 + 1);
      tried += guesser.refused.equals(Optional.of(Refused.NO_SUCH_SLOT)) ? 1 : 0;
    }
    assertThat(tried).isEqualTo(Attempts.PER_ADDRESS);
    assertThat(join(2, host.slot()).refused).contains(Refused.RATE_OF_ADDRESS);
    assertThat(join(3, host.slot()).refused).as("others are let in").isEmpty();
    pass(Duration.ofMinutes(1));
    assertThat(join(2, 1).refused).contains(Refused.NO_SUCH_SLOT);
  }

  @Test
  void tenThousandGuessesOfAsManyAddressesAreBoundedInAll() {
    int tried = 0;
    for (int guess = 0; guess < 10_000; guess++) {
      tried += join(100 + guess, 1).refused.equals(Optional.of(Refused.NO_SUCH_SLOT)) ? 1 : 0;
    }
    assertThat(tried).isEqualTo(Attempts.IN_ALL);
    pass(Duration.ofMinutes(1));
    assertThat(join(1, 1).refused).contains(Refused.NO_SUCH_SLOT);
  }

  @Test
  void theAddressesThatAreRememberedAreBounded() {
    Attempts attempts = new Attempts(Ticker.systemTicker());
    for (int i = 0; i < 2 * Attempts.MAX_ADDRESSES; i++) {
      Optional<Refused> unused = attempts.take(i);
    }
    assertThat(attempts.remembered()).isBetween(1L, (long) Attempts.MAX_ADDRESSES);
  }

  private void pass(Duration time) {
    nanos += time.toNanos();
  }

  private Member open(long network) {
    Member member = new Member(network);
    member.refused = slots.open(member.seat);
    return member;
  }

  private Member join(long network, int number) {
    Member member = new Member(network);
    member.refused = slots.join(member.seat, number);
    return member;
  }

  private void say(Member from, String text) {
    assertThat(slots.frame(from.seat, ByteString.copyFromUtf8(text))).isEmpty();
  }

  private static final class Member implements Slots.Member {
    final Slots.Seat seat;
    final List<RendezvousEvent> told = new ArrayList<>();
    Optional<Refused> refused = Optional.empty();

    Member(long network) {
      seat = new Slots.Seat(network, this);
    }

    @Override
    public void tell(RendezvousEvent event) {
      told.add(event);
    }

    RendezvousEvent last() {
      return told.get(told.size() - 1);
    }

    int slot() {
      return told.get(0).getOpened().getSlot();
    }
  }
}
