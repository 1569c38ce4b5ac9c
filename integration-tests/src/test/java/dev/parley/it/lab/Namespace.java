package dev.parley.it.lab;

import java.util.ArrayList;
import java.util.List;

/** A host of the laboratory. */
public final class Namespace {
  private final String name;
  private int interfaces;

  private Namespace(String name) {
    this.name = name;
  }

  static Namespace create(String name) {
    Commands.run(List.of("ip", "netns", "add", name));
    Namespace namespace = new Namespace(name);
    namespace.ip("link", "set", "lo", "up");
    return namespace;
  }

  static void remove(String name) {
    // A namespace lives on while a process is in it: end those that a killed test has left.
    for (String pid : Commands.run(List.of("ip", "netns", "pids", name)).split("\\s+")) {
      if (!pid.isEmpty()) {
        ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
      }
    }
    Commands.run(List.of("ip", "netns", "del", name));
  }

  public String name() {
    return name;
  }

  /** What a command must begin with to run on this host. */
  public List<String> command() {
    return List.of("ip", "netns", "exec", name);
  }

  /** Runs a command on this host. */
  public String run(String... command) {
    List<String> all = new ArrayList<>(command());
    all.addAll(List.of(command));
    return Commands.run(all);
  }

  public void ip(String... arguments) {
    List<String> all = new ArrayList<>(List.of("ip", "-n", name));
    all.addAll(List.of(arguments));
    Commands.run(all);
  }

  /** Loads an nftables ruleset in place of the one before. */
  public void firewall(String ruleset) {
    addRules("flush ruleset\n" + ruleset);
  }

  /** Adds to the ruleset. */
  void addRules(String ruleset) {
    List<String> command = new ArrayList<>(command());
    command.addAll(List.of("nft", "-f", "-"));
    Commands.feed(ruleset, command);
  }

  void sysctl(String key, int value) {
    run("sh", "-c", "echo " + value + " >/proc/sys/" + key.replace('.', '/'));
  }

  String nextInterface() {
    return "eth" + interfaces++;
  }

  void bringUp(String end, String address) {
    if (!address.isEmpty()) {
      ip("addr", "add", address, "dev", end);
    }
    ip("link", "set", end, "up");
  }
}
