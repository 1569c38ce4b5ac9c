package dev.parley.mail;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.protobuf.ByteString;
import dev.parley.discovery.RelayUrl;
import dev.parley.proto.id.PeerId;
import java.io.IOException;
import java.util.Optional;

/** What mail sees of the rest of the node. Thread-safe; may block where it throws. */
public interface MailWorld {
  ImmutableSet<PeerId> contacts();

  boolean isLinked(PeerId peer);

  /** Messages in the outbox. */
  long waitingFor(PeerId peer);

  /** Where a peer fetches its mail, best first. */
  ImmutableList<RelayUrl> relaysOf(PeerId peer);

  /** Hands a token to a peer over the link, if there is one. */
  void grant(PeerId peer, ByteString token);

  /** The relay at which others look for us. */
  Optional<RelayUrl> home();

  /** A relay of ours, over the connection that is there. */
  MailRelay own(RelayUrl url);

  /**
   * A connection under a key that nobody has seen before and that is used for nothing else.
   *
   * @throws IOException when the relay is not to be reached, or keeps no mail
   */
  MailRelay connect(RelayUrl url) throws IOException;
}
