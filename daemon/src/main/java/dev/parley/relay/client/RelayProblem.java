package dev.parley.relay.client;

import dev.parley.proto.id.PeerId;
import java.time.Duration;
import java.util.Optional;

/** Why a relay is not connected. Each says itself in a sentence for people. */
public sealed interface RelayProblem {
  /** What failed and why, without the relay's address. */
  String sentence();

  /** No TCP connection, no answer in time, or a name without an address. */
  record Unreachable(String detail) implements RelayProblem {
    @Override
    public String sentence() {
      return "unreachable: " + detail;
    }
  }

  /** The connection was there and is gone. */
  record Lost(String detail) implements RelayProblem {
    @Override
    public String sentence() {
      return "the connection was lost: " + detail;
    }
  }

  /**
   * The relay is not the one that the URL names.
   *
   * @param proved empty when it proved no key of ours at all, as with a web certificate
   */
  record WrongKey(Optional<PeerId> proved, PeerId expected) implements RelayProblem {
    @Override
    public String sentence() {
      return proved
          .map(key -> "it proved key " + key + ", expected " + expected)
          .orElse(
              "it proved no parley key, expected "
                  + expected
                  + "; a relay with a web certificate is reached by wss://HOST");
    }
  }

  /** The versions that the relay speaks; ours is not among them. 0: it did not say. */
  record OtherVersion(int minVersion, int maxVersion) implements RelayProblem {
    @Override
    public String sentence() {
      String theirs = maxVersion == 0 ? "others" : minVersion + " to " + maxVersion;
      return "it speaks another version of the protocol ("
          + theirs
          + ", this program 1); update the older one";
    }
  }

  /** No certificate authority of this system vouches for the relay's name. */
  record NotTrusted(String detail) implements RelayProblem {
    @Override
    public String sentence() {
      return "its TLS certificate is not trusted: " + detail;
    }
  }

  record RateLimited(Duration retryAfter) implements RelayProblem {
    @Override
    public String sentence() {
      return "it limits our rate of connecting";
    }
  }

  record Full(Duration retryAfter) implements RelayProblem {
    @Override
    public String sentence() {
      return "it is full";
    }
  }

  /** Another process connected with our key. */
  record Replaced() implements RelayProblem {
    @Override
    public String sentence() {
      return "another daemon with the same key connected to it; stop one of the two";
    }
  }

  record Restarting(Duration retryAfter) implements RelayProblem {
    @Override
    public String sentence() {
      return "it is restarting";
    }
  }

  /** The relay says that we did not prove our key. */
  record KeyRefused() implements RelayProblem {
    @Override
    public String sentence() {
      return "it refused the proof of our key";
    }
  }

  /** It does not talk like a relay. */
  record NoRelay(String detail) implements RelayProblem {
    @Override
    public String sentence() {
      return "it does not behave like a parley relay: " + detail;
    }
  }
}
