package dev.parley.control;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.protobuf.ByteString;
import dev.parley.channels.Channels;
import dev.parley.contacts.Contact;
import dev.parley.contacts.ContactException;
import dev.parley.contacts.Contacts;
import dev.parley.diagnosis.Cause;
import dev.parley.diagnosis.Finding;
import dev.parley.diagnosis.Remedy;
import dev.parley.diagnosis.Verdict;
import dev.parley.forward.Forwards;
import dev.parley.link.LinkPath;
import dev.parley.messaging.ConsumerName;
import dev.parley.messaging.HistoryPage;
import dev.parley.messaging.HistoryQuery;
import dev.parley.messaging.InboxListener;
import dev.parley.messaging.InboxSubscription;
import dev.parley.messaging.KeptMessage;
import dev.parley.messaging.MessageEvent;
import dev.parley.messaging.MessageRejected;
import dev.parley.messaging.MessageState;
import dev.parley.messaging.MessageStatus;
import dev.parley.messaging.Messages;
import dev.parley.messaging.OutgoingMessage;
import dev.parley.messaging.ReceivedMessage;
import dev.parley.node.NetcheckReport;
import dev.parley.node.Node;
import dev.parley.node.NodeStatus;
import dev.parley.node.WhyReport;
import dev.parley.pairing.Pairings;
import dev.parley.proto.id.MessageId;
import dev.parley.proto.id.PeerId;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A node that does what a test tells it to. */
final class FakeNode implements Node {
  static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
  static final LinkPath DIRECT =
      new LinkPath(
          LinkPath.Kind.DIRECT,
          LinkPath.Transport.UDP,
          "127.0.0.1:4000",
          Optional.of(Duration.ofMillis(2)));

  final FakeContacts contacts = new FakeContacts();
  final FakeMessages messages = new FakeMessages();
  final FakeForwards forwards = new FakeForwards();
  final List<Consumer<NodeStatus>> watchers = new CopyOnWriteArrayList<>();
  volatile @Nullable Channels channels;
  volatile long unread;
  volatile @Nullable PingListener pinging;
  volatile boolean pingClosed;
  volatile Optional<LinkPath.Kind> pinned = Optional.empty();

  static PeerId peer(int number) {
    byte[] key = new byte[PeerId.BYTES];
    Arrays.fill(key, (byte) number);
    return PeerId.of(key);
  }

  volatile int backupBytes = 100;
  volatile CountDownLatch backupHeldBy = new CountDownLatch(0);
  final CountDownLatch backupBegun = new CountDownLatch(1);

  final FakeFiles files = new FakeFiles();
  final FakePairings pairings = new FakePairings();

  @Override
  public Pairings pairings() {
    return pairings;
  }

  @Override
  public dev.parley.files.FileTransfers files() {
    return files;
  }

  @Override
  public PeerId id() {
    return peer(1);
  }

  @Override
  public String ticket(boolean withAddresses) {
    return withAddresses ? "parley1full" : "parley1bare";
  }

  @Override
  public Contacts contacts() {
    return contacts;
  }

  @Override
  public Messages messages() {
    return messages;
  }

  @Override
  public Channels channels() {
    return Objects.requireNonNull(channels);
  }

  @Override
  public Forwards forwards() {
    return forwards;
  }

  @Override
  public NodeStatus status() {
    return new NodeStatus(
        id(),
        START,
        "0.0.0.0:4000",
        ImmutableList.of("127.0.0.1:4000"),
        ImmutableList.of(
            new NodeStatus.Relay(
                "relay:443", NodeStatus.RelayState.WAITING, true, Optional.empty(), "refused")),
        ImmutableList.of(
            new NodeStatus.Peer(
                peer(2),
                "bob",
                NodeStatus.LinkState.CONNECTED,
                Optional.of(DIRECT),
                3,
                4,
                "",
                START,
                6)),
        unread,
        ImmutableMap.of("unknownSender", 5L),
        ImmutableList.of(),
        forwards.status(),
        new dev.parley.files.FileTransfers.Summary(1, 2, 3));
  }

  @Override
  public Watch watch(Consumer<NodeStatus> listener) {
    watchers.add(listener);
    return () -> watchers.remove(listener);
  }

  @Override
  public Watch ping(PeerId peer, PingPlan plan, PingListener listener) {
    pinging = listener;
    return () -> pingClosed = true;
  }

  @Override
  public void pinPath(PeerId peer, Optional<LinkPath.Kind> kind) {
    pinned = kind;
  }

  @Override
  public CompletableFuture<NetcheckReport> netcheck() {
    return CompletableFuture.completedFuture(
        new NetcheckReport(
            true,
            true,
            false,
            NetcheckReport.Behavior.ADDRESS_DEPENDENT,
            NetcheckReport.Behavior.UNKNOWN,
            Optional.of(false),
            ImmutableList.of(new NetcheckReport.PortMapping("pcp", "203.0.113.7:4000")),
            ImmutableList.of(
                new NetcheckReport.Relay("relay:443", Optional.of(Duration.ofMillis(3))))));
  }

  @Override
  public Instant backup(OutputStream out, char[] passphrase) throws IOException {
    backupBegun.countDown();
    try {
      backupHeldBy.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    byte[] chunk = new byte[65_536];
    for (int sent = 0; sent < backupBytes; sent += chunk.length) {
      out.write(chunk, 0, Math.min(chunk.length, backupBytes - sent));
    }
    return START;
  }

  @Override
  public CompletionStage<String> damage() {
    return new CompletableFuture<>();
  }

  @Override
  public CompletableFuture<WhyReport> why(PeerId peer) {
    WhyReport.Side here =
        new WhyReport.Side(
            true,
            true,
            false,
            NetcheckReport.Behavior.ADDRESS_DEPENDENT,
            NetcheckReport.Behavior.UNKNOWN,
            Optional.of(false),
            true,
            Duration.ofSeconds(3));
    return CompletableFuture.completedFuture(
        new WhyReport(
            peer,
            "bob",
            new Finding(
                Verdict.RELAYED, Cause.PINNED, "It is held.", ImmutableList.of(Remedy.UNPIN)),
            Optional.of(DIRECT),
            Optional.of(here),
            Optional.empty(),
            ImmutableList.of(
                new WhyReport.Candidate(
                    DIRECT,
                    Optional.of(WhyReport.Type.HOST),
                    Optional.of(WhyReport.State.SILENT),
                    Optional.of(WhyReport.Check.FAILED),
                    true,
                    9,
                    8,
                    Optional.of(Duration.ofSeconds(7)),
                    "")),
            "no pair works"));
  }

  @Override
  public void close() {}

  /** Tickets read "ticket NUMBER". */
  static final class FakeContacts implements Contacts {
    private final Map<String, Contact> byName = new ConcurrentSkipListMap<>();

    @Override
    public Contact add(String name, String ticket) throws ContactException {
      if (!ticket.startsWith("ticket ")) {
        throw new ContactException(
            ContactException.Reason.BAD_TICKET, "that is no ticket", "copy it whole");
      }
      PeerId peer = peer(Integer.parseInt(ticket.substring(7)));
      Contact known = byName.get(name);
      if (known != null && !known.peer().equals(peer)) {
        throw new ContactException(
            ContactException.Reason.NAME_TAKEN, "'" + name + "' is another peer", "choose another");
      }
      Contact contact =
          new Contact(name, peer, START, ImmutableList.of(), ImmutableList.of(), false);
      byName.put(name, contact);
      return contact;
    }

    @Override
    public ImmutableList<Contact> list() {
      return ImmutableList.copyOf(byName.values());
    }

    @Override
    public Optional<Contact> remove(String nameOrId) {
      return find(nameOrId).map(contact -> byName.remove(contact.name()));
    }

    @Override
    public Optional<Contact> find(String nameOrId) {
      return byName.values().stream()
          .filter(c -> c.name().equals(nameOrId) || c.peer().toString().equals(nameOrId))
          .findFirst();
    }

    @Override
    public Optional<String> nameOf(PeerId peer) {
      return find(peer.toString()).map(Contact::name);
    }
  }

  /** Reports states when told to, and hands over what a test puts in. */
  static final class FakeMessages implements Messages {
    final List<OutgoingMessage> sent = new CopyOnWriteArrayList<>();
    final List<Consumer<MessageStatus>> reports = new CopyOnWriteArrayList<>();
    final Map<String, FakeSubscription> consumers = new TreeMap<>();
    volatile @Nullable MessageRejected refusal;

    /** Sends are on disk once this is done. */
    volatile CompletableFuture<Void> disk = CompletableFuture.completedFuture(null);

    static MessageId id(int number) {
      byte[] id = new byte[MessageId.BYTES];
      id[MessageId.BYTES - 1] = (byte) number;
      return MessageId.of(id);
    }

    @Override
    public CompletionStage<MessageId> send(
        OutgoingMessage message, Consumer<MessageStatus> states) {
      MessageRejected refused = refusal;
      if (refused != null) {
        return CompletableFuture.failedFuture(refused);
      }
      sent.add(message);
      reports.add(states);
      states.accept(new MessageStatus(id(sent.size()), MessageState.QUEUED, START, ""));
      MessageId id = id(sent.size());
      return disk.thenApply(nothing -> id);
    }

    void report(int number, MessageState state, String problem) {
      reports.get(number - 1).accept(new MessageStatus(id(number), state, START, problem));
    }

    static ReceivedMessage received(long position, String text) {
      return new ReceivedMessage(
          position,
          id((int) position),
          peer(2),
          OutgoingMessage.TEXT,
          ByteString.copyFromUtf8(text),
          START,
          START,
          LinkPath.Kind.RELAY,
          false);
    }

    @Override
    public synchronized InboxSubscription subscribe(
        ConsumerName consumer, int window, InboxListener listener) {
      FakeSubscription subscription = new FakeSubscription(window, listener);
      FakeSubscription older = consumers.put(consumer.name(), subscription);
      if (older != null) {
        older.listener.onEnded("a newer reader has taken over");
      }
      return subscription;
    }

    synchronized @Nullable FakeSubscription consumer(String name) {
      return consumers.get(name);
    }

    final List<Consumer<MessageEvent>> watchers = new CopyOnWriteArrayList<>();
    final List<KeptMessage> kept = new CopyOnWriteArrayList<>();
    final List<HistoryQuery> queries = new CopyOnWriteArrayList<>();

    @Override
    public Watch watch(Consumer<MessageEvent> watcher) {
      watchers.add(watcher);
      return () -> watchers.remove(watcher);
    }

    @Override
    public CompletionStage<Optional<KeptMessage>> find(MessageId id) {
      return CompletableFuture.completedFuture(
          kept.stream().filter(message -> message.id().equals(id)).findFirst());
    }

    @Override
    public CompletionStage<HistoryPage> history(HistoryQuery query) {
      queries.add(query);
      return CompletableFuture.completedFuture(
          new HistoryPage(ImmutableList.copyOf(kept), kept.isEmpty() ? 0 : 7));
    }

    @Override
    public long outboxSize(PeerId peer) {
      return 0;
    }

    @Override
    public long unread(ConsumerName consumer, PeerId peer) {
      return 0;
    }

    @Override
    public long unread(ConsumerName consumer) {
      return 0;
    }
  }

  /** A consumer whose commits a test completes. */
  static final class FakeSubscription implements InboxSubscription {
    final int window;
    final InboxListener listener;
    final List<Long> acknowledged = new CopyOnWriteArrayList<>();
    final List<Long> singles = new CopyOnWriteArrayList<>();
    final List<CompletableFuture<Void>> commits = new CopyOnWriteArrayList<>();
    volatile boolean closed;

    FakeSubscription(int window, InboxListener listener) {
      this.window = window;
      this.listener = listener;
    }

    @Override
    public CompletionStage<Void> acknowledge(long position) {
      CompletableFuture<Void> commit = new CompletableFuture<>();
      commits.add(commit);
      acknowledged.add(position);
      return commit;
    }

    @Override
    public CompletionStage<Void> acknowledgeOne(long position) {
      singles.add(position);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
