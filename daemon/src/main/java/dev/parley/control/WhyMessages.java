package dev.parley.control;

import dev.parley.control.v1.CandidateState;
import dev.parley.control.v1.CandidateType;
import dev.parley.control.v1.CheckState;
import dev.parley.control.v1.NetworkSide;
import dev.parley.control.v1.Path;
import dev.parley.control.v1.Remedy;
import dev.parley.control.v1.TriedCandidate;
import dev.parley.control.v1.Verdict;
import dev.parley.control.v1.WhyReply;
import dev.parley.node.WhyReport;

/** Writes the report on the way to a peer as the control API does. */
final class WhyMessages {
  private WhyMessages() {}

  static WhyReply of(WhyReport report) {
    WhyReply.Builder reply =
        WhyReply.newBuilder()
            .setPeerId(report.peer().toString())
            .setPeerName(report.name())
            .setVerdict(
                switch (report.finding().verdict()) {
                  case DIRECT -> Verdict.VERDICT_DIRECT;
                  case RELAYED -> Verdict.VERDICT_RELAYED;
                  case UNREACHABLE -> Verdict.VERDICT_UNREACHABLE;
                })
            .setCause(report.finding().cause().word())
            .setSentence(report.finding().sentence())
            .setLastAttempt(report.lastAttempt());
    report
        .finding()
        .help()
        .forEach(
            remedy ->
                reply.addHelp(Remedy.newBuilder().setAction(remedy.word()).setText(remedy.text())));
    report.path().ifPresent(path -> reply.setPath(Wire.path(path)));
    report.here().ifPresent(side -> reply.setHere(of(side)));
    report.there().ifPresent(side -> reply.setThere(of(side)));
    report.candidates().forEach(candidate -> reply.addCandidates(of(candidate)));
    return reply.build();
  }

  private static NetworkSide of(WhyReport.Side side) {
    NetworkSide.Builder message =
        NetworkSide.newBuilder()
            .setUdp(side.udp())
            .setIpv4(side.ipv4())
            .setIpv6(side.ipv6())
            .setMapping(NetcheckMessages.of(side.mapping()))
            .setFiltering(NetcheckMessages.of(side.filtering()))
            .setPortMapping(side.portMapping())
            .setAgeMillis(side.age().toMillis());
    side.hairpin().ifPresent(message::setHairpin);
    return message.build();
  }

  private static TriedCandidate of(WhyReport.Candidate candidate) {
    Path path = Wire.path(candidate.path());
    TriedCandidate.Builder message =
        TriedCandidate.newBuilder()
            .setKind(path.getKind())
            .setTransport(path.getTransport())
            .setRemote(path.getRemote())
            .setRttMicros(path.getRttMicros())
            .setInUse(candidate.inUse())
            .setProbesSent(candidate.probesSent())
            .setProbesAnswered(candidate.probesAnswered())
            .setFailure(candidate.failure());
    candidate.type().ifPresent(type -> message.setType(of(type)));
    candidate.state().ifPresent(state -> message.setState(of(state)));
    candidate.check().ifPresent(check -> message.setCheck(of(check)));
    candidate.silent().ifPresent(silent -> message.setSilentMillis(silent.toMillis()));
    return message.build();
  }

  private static CandidateType of(WhyReport.Type type) {
    return switch (type) {
      case HOST -> CandidateType.CANDIDATE_TYPE_HOST;
      case SERVER_REFLEXIVE -> CandidateType.CANDIDATE_TYPE_SERVER_REFLEXIVE;
      case PEER_REFLEXIVE -> CandidateType.CANDIDATE_TYPE_PEER_REFLEXIVE;
      case RELAYED -> CandidateType.CANDIDATE_TYPE_RELAYED;
    };
  }

  private static CandidateState of(WhyReport.State state) {
    return switch (state) {
      case UNTRIED -> CandidateState.CANDIDATE_STATE_UNTRIED;
      case CHECKING -> CandidateState.CANDIDATE_STATE_CHECKING;
      case PROVEN -> CandidateState.CANDIDATE_STATE_PROVEN;
      case DOUBTED -> CandidateState.CANDIDATE_STATE_DOUBTED;
      case SILENT -> CandidateState.CANDIDATE_STATE_SILENT;
    };
  }

  private static CheckState of(WhyReport.Check state) {
    return switch (state) {
      case WAITING -> CheckState.CHECK_STATE_WAITING;
      case CHECKING -> CheckState.CHECK_STATE_CHECKING;
      case SUCCEEDED -> CheckState.CHECK_STATE_SUCCEEDED;
      case FAILED -> CheckState.CHECK_STATE_FAILED;
      case NOT_NEEDED -> CheckState.CHECK_STATE_NOT_NEEDED;
      case NOT_CHECKED -> CheckState.CHECK_STATE_NOT_CHECKED;
    };
  }
}
