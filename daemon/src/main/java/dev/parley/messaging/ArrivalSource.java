package dev.parley.messaging;

import dev.parley.proto.id.MessageId;
import dev.parley.proto.id.PeerId;

/** Where messages come from, and who waits for their commit. On the messaging thread. */
interface ArrivalSource {
  PeerId peer();

  /** This message is on disk, now or since an earlier time. */
  void onCommitted(InboxMessage message);

  /** All messages of one commit have been told. */
  void onCommitDone();

  /** This message, and all after it from this source, could not be committed. */
  void onCommitFailed(MessageId first);

  /** It no longer takes room in memory. */
  void onSettled(InboxMessage message);

  /** Says what was refused once everything before it has been told. */
  void refuseIfAllCommitted();
}
