package dev.parley.forward;

import com.google.common.collect.ImmutableList;
import dev.parley.channels.Access;
import dev.parley.channels.ServiceName;
import dev.parley.proto.id.PeerId;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * The disk, as forwards see it. Thread-safe; nothing here blocks. A change completes once it is
 * committed, or exceptionally with a sentence for the user.
 */
public interface ForwardStore {
  CompletionStage<Stored> load();

  CompletionStage<Void> putService(StoredService service);

  CompletionStage<Void> removeService(ServiceName name);

  CompletionStage<Void> putForward(StoredForward forward);

  CompletionStage<Void> removeForward(long id);

  /** All that is kept. */
  record Stored(ImmutableList<StoredService> services, ImmutableList<StoredForward> forwards) {}

  /** A service. */
  record StoredService(ServiceName name, Endpoint target, Access access) {}

  /** A forward; its id is greater than 0. */
  record StoredForward(long id, PeerId peer, ServiceName service, Endpoint local, Duration idle) {}
}
