package dev.parley.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** PEER/SERVICE on the command line. */
record PeerService(String peer, String service) {
  @Override
  public String toString() {
    return peer + "/" + service;
  }

  /** Neither has a slash in it. */
  static final class Converter implements ITypeConverter<PeerService> {
    @Override
    public PeerService convert(String text) {
      int slash = text.indexOf('/');
      if (slash < 1 || slash == text.length() - 1) {
        throw new TypeConversionException("'" + text + "' names no service: expected PEER/SERVICE");
      }
      return new PeerService(text.substring(0, slash), text.substring(slash + 1));
    }
  }
}
