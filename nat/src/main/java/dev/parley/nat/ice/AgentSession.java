package dev.parley.nat.ice;

import com.google.common.collect.ImmutableList;
import java.beans.PropertyChangeEvent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import org.ice4j.ice.Agent;
import org.ice4j.ice.CandidatePair;
import org.ice4j.ice.CandidateType;
import org.ice4j.ice.Component;
import org.ice4j.ice.IceMediaStream;
import org.ice4j.ice.IceProcessingState;
import org.ice4j.ice.KeepAliveStrategy;
import org.ice4j.ice.NominationStrategy;
import org.ice4j.ice.RemoteCandidate;

/**
 * One agent of ice4j. Confined to the thread {@code parley-ice}, but for the two listeners, which
 * ice4j calls on threads of its own.
 */
final class AgentSession {
  /** Called on any thread. */
  interface Events {
    void onValid(InetSocketAddress remote);

    void onCompleted();

    void onFailed();
  }

  private final Events events;
  private final Agent agent;
  private final IceMediaStream stream;
  private final Component component;

  AgentSession(IceRole role, ImmutableList<CheckPort> ports, IceLocals locals, Events events)
      throws IOException {
    this.events = events;
    agent = new Agent();
    agent.setUseDynamicPorts(false);
    agent.setTrickling(true);
    agent.setControlling(role == IceRole.CONTROLLING);
    // ice4j's own strategies are slow or leak a thread: the first valid pair is nominated here.
    agent.setNominationStrategy(NominationStrategy.NONE);
    agent.addCandidateHarvester(new VirtualHarvester(ports, locals));
    stream = agent.createMediaStream("path");
    stream.addPairChangeListener(this::onPairChange);
    agent.addStateChangeListener(this::onStateChange);
    // A component socket would bind a port of its own.
    component = agent.createComponent(stream, KeepAliveStrategy.SELECTED_ONLY, false);
  }

  /** Makes an agent and lets it go: the first takes a second. */
  static void load() throws IOException {
    IceLocals nowhere = new IceLocals(ImmutableList.of(), ImmutableList.of(), ImmutableList.of());
    new AgentSession(IceRole.CONTROLLING, ImmutableList.of(), nowhere, new Deaf()).free();
  }

  private static final class Deaf implements Events {
    @Override
    public void onValid(InetSocketAddress remote) {}

    @Override
    public void onCompleted() {}

    @Override
    public void onFailed() {}
  }

  IceCredentials credentials() {
    return new IceCredentials(agent.getLocalUfrag(), agent.getLocalPassword());
  }

  void begin(IceCredentials remote, List<IceCandidate> candidates) {
    stream.setRemoteUfrag(remote.ufrag());
    stream.setRemotePassword(remote.password());
    candidates.forEach(candidate -> component.addRemoteCandidate(remote(candidate)));
    agent.startConnectivityEstablishment();
  }

  void add(List<IceCandidate> candidates) {
    candidates.forEach(candidate -> component.addUpdateRemoteCandidates(remote(candidate)));
    component.updateRemoteCandidates();
  }

  void free() {
    agent.free();
  }

  private RemoteCandidate remote(IceCandidate candidate) {
    return new RemoteCandidate(
        VirtualHarvester.transportAddress(candidate.address()),
        component,
        switch (candidate.type()) {
          case HOST -> CandidateType.HOST_CANDIDATE;
          case PEER_REFLEXIVE -> CandidateType.PEER_REFLEXIVE_CANDIDATE;
          case SERVER_REFLEXIVE -> CandidateType.SERVER_REFLEXIVE_CANDIDATE;
          case RELAYED -> CandidateType.RELAYED_CANDIDATE;
        },
        candidate.foundation(),
        candidate.priority(),
        null);
  }

  private void onPairChange(PropertyChangeEvent change) {
    if (!(change.getSource() instanceof CandidatePair pair)) {
      return;
    }
    if (IceMediaStream.PROPERTY_PAIR_VALIDATED.equals(change.getPropertyName())) {
      InetSocketAddress remote = pair.getRemoteCandidate().getTransportAddress();
      events.onValid(new InetSocketAddress(remote.getAddress(), remote.getPort()));
      if (agent.isControlling()) {
        agent.nominate(pair);
      }
    }
  }

  private void onStateChange(PropertyChangeEvent change) {
    if (change.getNewValue() == IceProcessingState.COMPLETED) {
      events.onCompleted();
    } else if (change.getNewValue() == IceProcessingState.FAILED) {
      events.onFailed();
    }
  }
}
