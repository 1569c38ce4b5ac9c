package dev.parley.node;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.protobuf.ByteString;
import dev.parley.contacts.Contact;
import dev.parley.contacts.Contacts;
import dev.parley.contacts.PeerRecords;
import dev.parley.discovery.DiscoveryRecord;
import dev.parley.discovery.RelayUrl;
import dev.parley.link.Link;
import dev.parley.link.LinkListener;
import dev.parley.mail.Mail;
import dev.parley.mail.MailRelay;
import dev.parley.mail.MailWorld;
import dev.parley.messaging.Messages;
import dev.parley.peer.v1.MailGrant;
import dev.parley.proto.id.PeerId;
import dev.parley.relay.client.RelayPool;
import dev.parley.relay.v1.MailRequest;
import dev.parley.relay.v1.MailResponse;
import dev.parley.transport.QuicTransport;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Leads mail to relays, links and contacts, and what concerns it to mail. Thread-safe. */
final class NodeMail implements MailWorld, LinkListener {
  /** Longer than a relay may take to answer. */
  private static final int ANSWER_SECONDS = 25;

  /**
   * The parts of the node that mail has to do with.
   *
   * @param relays of the event loop
   */
  record Surroundings(
      Contacts contacts,
      PeerRecords records,
      QuicTransport transport,
      RelayPool relays,
      Messages messages,
      EventLoop loop) {}

  private final Surroundings node;
  private final MailDial dial;

  /** Relays of ours that have said that they keep mail, and are connected. */
  private final Set<RelayUrl> relays = new LinkedHashSet<>();

  private @Nullable Mail mail;

  NodeMail(Surroundings node, MailDial dial) {
    this.node = node;
    this.dial = dial;
  }

  /** On the event loop, once everything is there. */
  void begin(Mail started) {
    mail = started;
    node.transport().onMailGrant((peer, grant) -> started.onToken(peer, grant.getToken()));
    node.transport().addListener(this);
    started.begin();
    relays.forEach(started::onRelay);
  }

  /** On the event loop, as all that follows. */
  void onRelay(RelayUrl relay) {
    relays.add(relay);
    if (mail != null) {
      mail.onRelay(relay);
    }
  }

  /** Others look for us there from now on. */
  void onHome(RelayUrl relay) {
    if (relays.contains(relay)) {
      onRelay(relay);
    }
  }

  void onRelayGone(RelayUrl relay) {
    if (relays.remove(relay) && mail != null) {
      mail.onRelayGone(relay);
    }
  }

  void onMail(RelayUrl relay) {
    if (relays.contains(relay) && mail != null) {
      mail.onMail(relay);
    }
  }

  @Override
  public void onUp(Link link) {
    // Tokens are handed out within a second: a link that has just come up has other things to do.
  }

  @Override
  public void onDown(Link link, String reason) {
    if (mail != null) {
      mail.onLinkDown(link.peer());
    }
  }

  void close() {
    if (mail != null) {
      mail.close();
    }
  }

  @Override
  public ImmutableSet<PeerId> contacts() {
    return node.contacts().list().stream()
        .map(Contact::peer)
        .collect(ImmutableSet.toImmutableSet());
  }

  @Override
  public boolean isLinked(PeerId peer) {
    return node.transport().current(peer).isPresent();
  }

  @Override
  public long waitingFor(PeerId peer) {
    return node.messages().outboxSize(peer);
  }

  @Override
  public ImmutableList<RelayUrl> relaysOf(PeerId peer) {
    return node.records().recordOf(peer).map(DiscoveryRecord::relays).orElse(ImmutableList.of());
  }

  @Override
  public void grant(PeerId peer, ByteString token) {
    MailGrant grant = MailGrant.newBuilder().setToken(token).build();
    // Without a loop there is no link either.
    boolean posted = post(node.loop(), () -> node.transport().sendMailGrant(peer, grant));
  }

  @Override
  public Optional<RelayUrl> home() {
    CompletableFuture<Optional<RelayUrl>> home = new CompletableFuture<>();
    return post(node.loop(), () -> home.complete(node.relays().home()))
        ? home.join()
        : Optional.empty();
  }

  @Override
  public MailRelay own(RelayUrl url) {
    return new Asking(node.loop(), request -> node.relays().ask(url, request), () -> {});
  }

  @Override
  public MailRelay connect(RelayUrl url) throws IOException {
    return dial.connect(url);
  }

  /**
   * Runs a task on the event loop.
   *
   * @return whether there still is one: at the end of a node it goes before the threads of mail
   */
  static boolean post(EventLoop loop, Runnable task) {
    try {
      loop.execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  /** Something that answers on the event loop. */
  interface Answering {
    CompletionStage<MailResponse> ask(MailRequest request);
  }

  /** Waits on another thread for what is answered on the event loop. */
  record Asking(EventLoop loop, Answering answering, Runnable onClose) implements MailRelay {
    @Override
    public MailResponse ask(MailRequest request) throws IOException {
      return await(
          () -> {
            CompletableFuture<MailResponse> answer = new CompletableFuture<>();
            boolean asked =
                post(
                    loop,
                    () ->
                        answering
                            .ask(request)
                            .whenComplete(
                                (response, failure) -> {
                                  if (failure == null) {
                                    answer.complete(response);
                                  } else {
                                    answer.completeExceptionally(failure);
                                  }
                                }));
            if (!asked) {
              answer.completeExceptionally(new IOException("the node is closing"));
            }
            return answer;
          });
    }

    static <T> T await(Supplier<CompletableFuture<T>> asked) throws IOException {
      try {
        return asked.get().orTimeout(ANSWER_SECONDS, TimeUnit.SECONDS).join();
      } catch (CompletionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        throw new IOException(
            cause.getMessage() == null ? "no answer in time" : cause.getMessage(), cause);
      }
    }

    @Override
    public void close() {
      onClose.run();
    }
  }
}
