package dev.reveille.protocols.federation;

import dev.reveille.sip.transaction.TransactionEnd;
import dev.reveille.sip.transport.OpenFailure;
import dev.reveille.sip.transport.SipConnection;
import dev.reveille.sip.transport.TlsFault;
import java.util.Optional;
import java.util.stream.Collectors;

/// Names the cause for which a connection could not be opened or ended in a fault of TLS, and for
/// which a request over it got no answer.
final class OpenFailures {
  private OpenFailures() {}

  /// @param here the host name of this server
  /// @param to the host that was connected to
  static Diagnosis of(final OpenFailure failure, final String here, final String to) {
    return switch (failure) {
      case OpenFailure.Unreachable(var isTimeout, var words) ->
          Diagnosis.of(
              isTimeout ? DiagnosisCode.CONNECT_TIMEOUT : DiagnosisCode.REFUSED_CONNECTION,
              here,
              "peer",
              to,
              "words",
              words);
      case OpenFailure.Deaf() -> Diagnosis.of(DiagnosisCode.DEAF, here, "peer", to);
      case OpenFailure.TlsFailed(var fault, _) -> ofTls(fault, here, to);
      case OpenFailure.WrongName(var identity) ->
          Diagnosis.of(
              DiagnosisCode.WRONG_NAME,
              here,
              "peer",
              to,
              "certificate",
              identity.names().stream().sorted().collect(Collectors.joining(" ")));
      case OpenFailure.Ended(var why) ->
          Diagnosis.of(DiagnosisCode.CONNECTION_LOST, here, "peer", to, "words", why.sentence());
    };
  }

  static Diagnosis ofTls(final TlsFault fault, final String here, final String to) {
    return Diagnosis.of(
        code(fault),
        here,
        "peer",
        to,
        "refused-by",
        fault.isSaidByPeer() ? "the other side" : "this side",
        "fault",
        fault.kind().name());
  }

  private static DiagnosisCode code(final TlsFault fault) {
    return switch (fault.kind()) {
      case EXPIRED -> DiagnosisCode.CERTIFICATE_EXPIRED;
      case NOT_YET_VALID -> DiagnosisCode.CERTIFICATE_NOT_YET_VALID;
      case REVOKED -> DiagnosisCode.CERTIFICATE_REVOKED;
      case REVOCATION_UNKNOWN -> DiagnosisCode.REVOCATION_UNKNOWN;
      case WRONG_USE -> DiagnosisCode.CERTIFICATE_WRONG_USE;
      case UNKNOWN_AUTHORITY ->
          fault.isSaidByPeer()
              ? DiagnosisCode.OUR_CERTIFICATE_REFUSED
              : DiagnosisCode.AUTHORITY_UNKNOWN;
      case NO_CERTIFICATE, BAD_CERTIFICATE ->
          fault.isSaidByPeer() ? DiagnosisCode.OUR_CERTIFICATE_REFUSED : DiagnosisCode.TLS_FAILED;
      case NOTHING_IN_COMMON, OTHER -> DiagnosisCode.TLS_FAILED;
    };
  }

  /// Why a request got no answer over a connection that was open.
  static DiagnosisCode codeOf(final TransactionEnd why) {
    return switch (why) {
      case NO_RESPONSE, NO_ACK, NO_ANSWER_OF_OURS -> DiagnosisCode.NO_ANSWER;
      case NO_ROOM -> DiagnosisCode.NO_ROOM;
      case NO_CONNECTION, NOT_CONNECTED -> DiagnosisCode.CONNECTION_LOST;
    };
  }

  /// The same; a connection that was lost in its handshake says what was wrong with that.
  static Diagnosis of(
      final TransactionEnd why,
      final SipConnection connection,
      final String here,
      final String peer) {
    final var code = codeOf(why);
    final var fault =
        code == DiagnosisCode.CONNECTION_LOST ? connection.tlsFault() : Optional.<TlsFault>empty();
    return fault
        .map(one -> ofTls(one, here, peer))
        .orElseGet(() -> Diagnosis.of(code, here, "peer", peer));
  }
}
