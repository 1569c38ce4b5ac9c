package dev.parley.messaging;

import dev.parley.proto.id.PeerId;

/** A message of ours to this peer has come further. */
public record MessageEvent(PeerId to, MessageStatus status) {}
