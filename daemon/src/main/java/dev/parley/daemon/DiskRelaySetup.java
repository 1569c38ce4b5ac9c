package dev.parley.daemon;

import dev.parley.config.ConfigException;
import dev.parley.config.ConfigFile;
import dev.parley.config.HostPort;
import dev.parley.config.RelayConfig;
import dev.parley.config.RelayOverrides;
import dev.parley.identity.Identity;
import dev.parley.identity.IdentityException;
import dev.parley.identity.IdentityFile;
import dev.parley.identity.PassphraseSource;
import dev.parley.proto.home.NodeHome;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;

/** The relay's key and configuration as they lie on the disk. */
final class DiskRelaySetup implements RelaySetup {
  private final NodeHome home;

  DiskRelaySetup(NodeHome home) {
    this.home = home;
  }

  @Override
  public Identity identity(Path keyDirectory) throws SetupException {
    try {
      return new IdentityFile(
              NodeHome.in(keyDirectory), PassphraseSource.of(System.getenv()), new SecureRandom())
          .loadOrCreate();
    } catch (IdentityException e) {
      throw new SetupException(e.getMessage() + "\n  " + e.hint(), e);
    }
  }

  @Override
  public RelayConfig config(Optional<String> listen, Optional<String> stun) throws SetupException {
    try {
      return ConfigFile.load(home.configFile())
          .relay(new RelayOverrides(listen.map(HostPort::toListen), stun.map(HostPort::toListen)));
    } catch (ConfigException e) {
      throw new SetupException(e.getMessage() + "\n  " + e.hint(), e);
    } catch (IllegalArgumentException e) {
      throw new SetupException(String.valueOf(e.getMessage()), e);
    }
  }
}
