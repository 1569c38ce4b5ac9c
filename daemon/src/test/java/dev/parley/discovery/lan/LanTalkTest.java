package dev.parley.discovery.lan;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.net.InetAddresses;
import com.google.protobuf.ByteString;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** When something is said, in virtual time. */
class LanTalkTest {
  private static final InetSocketAddress ASKER = new InetSocketAddress("192.0.2.9", 5353);
  private static final InetSocketAddress OTHER = new InetSocketAddress("192.0.2.8", 5353);
  private static final ImmutableList<DnsQuestion> BROWSE =
      ImmutableList.of(new DnsQuestion(Announcement.SERVICE, DnsRecord.PTR));

  private final LanTalk talk = new LanTalk(new Random(1));
  private final Announcement mine = announcement("mine");
  private long now;

  /** What was sent, and when. */
  private record Sent(long millis, DnsMessage message) {}

  @Test
  void anAnnouncementIsToldThreeTimesAndQuestionsGrowRarer() {
    talk.announce(mine, now);
    List<Sent> sent = run(Duration.ofSeconds(60));
    assertThat(at(sent, true)).containsExactly(0L, 1_000L, 3_000L);
    List<Long> questions = at(sent, false);
    assertThat(questions.get(0)).isBetween(20L, 120L);
    long first = questions.get(0);
    assertThat(questions)
        .containsExactly(first, first + 1_000, first + 4_000, first + 13_000, first + 40_000);
  }

  @Test
  void whoAsksIsAnsweredSoonAndTheWholeIsTold() {
    announceAndRest();
    talk.onQuery(DnsMessage.query(BROWSE, ImmutableList.of()), ASKER, now);
    List<Sent> sent = run(Duration.ofSeconds(1));
    assertThat(sent).hasSize(1);
    assertThat(sent.get(0).millis()).isBetween(20L, 120L);
    assertThat(Announcement.read(sent.get(0).message()).get(0).what()).isEqualTo(mine);
  }

  @Test
  void whateverIsAskedItIsSaidOnceASecondAtMost() {
    announceAndRest();
    List<Sent> sent = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      talk.onQuery(DnsMessage.query(BROWSE, ImmutableList.of()), ASKER, now);
      sent.addAll(run(Duration.ofMillis(30)));
    }
    assertThat(at(sent, true)).hasSizeLessThanOrEqualTo(4);
  }

  @Test
  void whoKnowsItAlreadyIsNotAnswered() {
    announceAndRest();
    talk.onQuery(DnsMessage.query(BROWSE, ImmutableList.of(mine.pointer(4_000))), ASKER, now);
    assertThat(run(Duration.ofSeconds(2))).isEmpty();
    // Less than half of its time is left (RFC 6762 §7.1).
    talk.onQuery(DnsMessage.query(BROWSE, ImmutableList.of(mine.pointer(2_000))), ASKER, now);
    assertThat(run(Duration.ofSeconds(2))).hasSize(1);
  }

  @Test
  void knownAnswersMayFollowInAnotherMessage() {
    announceAndRest();
    DnsMessage more = new DnsMessage(false, true, BROWSE, ImmutableList.of(), ImmutableList.of());
    DnsMessage rest = DnsMessage.query(ImmutableList.of(), ImmutableList.of(mine.pointer(4_000)));
    talk.onQuery(more, ASKER, now);
    assertThat(run(Duration.ofMillis(100))).isEmpty();
    talk.onQuery(rest, OTHER, now);
    talk.onQuery(rest, ASKER, now);
    assertThat(run(Duration.ofSeconds(2))).as("known to who asked").isEmpty();

    talk.onQuery(more, ASKER, now);
    talk.onQuery(more, OTHER, now);
    talk.onQuery(rest, ASKER, now);
    assertThat(run(Duration.ofSeconds(2))).as("the other does not know it").hasSize(1);
  }

  @Test
  void questionsForOtherThingsAreNotAnswered() {
    announceAndRest();
    DnsName other = DnsName.of("_ipp", "_tcp", "local");
    talk.onQuery(
        DnsMessage.query(
            ImmutableList.of(new DnsQuestion(other, DnsRecord.PTR)), ImmutableList.of()),
        ASKER,
        now);
    assertThat(run(Duration.ofSeconds(2))).isEmpty();
    talk.onQuery(
        DnsMessage.query(
            ImmutableList.of(new DnsQuestion(mine.host(), DnsRecord.ANY)), ImmutableList.of()),
        ASKER,
        now);
    assertThat(run(Duration.ofSeconds(2))).hasSize(1);
  }

  @Test
  void anotherNameTakesTheFirstOneBack() {
    announceAndRest();
    Announcement next = announcement("next");
    talk.announce(next, now);
    List<Sent> sent = run(Duration.ofSeconds(5));
    Announcement.Told first = Announcement.read(sent.get(0).message()).get(0);
    assertThat(first.what().instance()).isEqualTo(mine.instance());
    assertThat(first.isGoodbye()).isTrue();
    assertThat(at(sent, true)).hasSize(1 + LanTalk.ANNOUNCEMENTS);
    talk.leave();
    assertThat(Announcement.read(run(Duration.ofSeconds(5)).get(0).message()).get(0).isGoodbye())
        .isTrue();
    assertThat(run(Duration.ofHours(1))).isEmpty();
  }

  @Test
  void whatWasHeardIsKnownUntilItsTimeIsOver() {
    announceAndRest();
    Announcement other = announcement("other");
    assertThat(talk.onTold(new Announcement.Told(other, 120), now)).isTrue();
    assertThat(talk.onTold(new Announcement.Told(mine, 120), now)).as("an echo").isFalse();
    assertThat(talk.heard(now)).containsExactly(other);
    assertThat(talk.heard(now + Duration.ofSeconds(121).toNanos())).isEmpty();
    talk.onTold(new Announcement.Told(other, 120), now);
    assertThat(talk.onTold(new Announcement.Told(other, 0), now)).as("a goodbye").isFalse();
    assertThat(talk.heard(now)).isEmpty();
  }

  @Test
  void onlySoManyOthersAreRemembered() {
    announceAndRest();
    for (int i = 0; i < 10 * LanTalk.MAX_HEARD; i++) {
      talk.onTold(new Announcement.Told(announcement("n" + i), 4_500), now);
    }
    assertThat(talk.heard(now)).hasSize(LanTalk.MAX_HEARD);
    talk.announce(announcement("again"), now);
    DnsMessage question =
        run(Duration.ofSeconds(1)).stream()
            .map(Sent::message)
            .filter(message -> !message.response())
            .findFirst()
            .orElseThrow();
    assertThat(question.answers()).hasSize(1 + LanTalk.MAX_KNOWN_ANSWERS);
    assertThat(DnsWriter.write(question).length).isLessThan(1_400);
  }

  private void announceAndRest() {
    talk.announce(mine, now);
    run(Duration.ofSeconds(20));
  }

  private List<Sent> run(Duration time) {
    long began = now;
    long end = now + time.toNanos();
    List<Sent> sent = new ArrayList<>();
    while (true) {
      for (DnsMessage message : talk.due(now)) {
        sent.add(new Sent(Duration.ofNanos(now - began).toMillis(), message));
      }
      long next = talk.nextAt(now);
      if (next > end) {
        now = end;
        return sent;
      }
      assertThat(next).isGreaterThan(now);
      now = next;
    }
  }

  private static List<Long> at(List<Sent> sent, boolean responses) {
    return sent.stream()
        .filter(one -> one.message().response() == responses)
        .map(Sent::millis)
        .toList();
  }

  private static Announcement announcement(String label) {
    return new Announcement(
        Announcement.SERVICE.child(label),
        DnsName.of(label + "-host", "local"),
        4_242,
        ImmutableList.of(InetAddresses.forString("192.0.2.1")),
        ImmutableList.of(ByteString.copyFromUtf8("txtvers=1")));
  }
}
