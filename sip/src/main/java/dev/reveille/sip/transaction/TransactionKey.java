package dev.reveille.sip.transaction;

import dev.reveille.sip.message.SipMethod;
import dev.reveille.sip.message.SipRequest;
import dev.reveille.sip.message.SipResponse;
import dev.reveille.sip.message.Via;

/// What makes two messages belong to one transaction (RFC 3261 sections 17.1.3 and 17.2.3).
///
/// @param method that of the request; INVITE for the ACK of an INVITE
/// @param id the branch; of a server transaction also sent-by; of an old peer, whose branch says
///   nothing, its Request-URI, tags, Call-ID, CSeq and Via
record TransactionKey(String method, String id) {
  static TransactionKey ofClient(final String method, final String branch) {
    return new TransactionKey(method, branch);
  }

  static TransactionKey ofResponse(final SipResponse response) {
    return ofClient(response.cseq().method(), response.topVia().map(Via::branch).orElse(""));
  }

  /// @param method the request's own, or that of the request which it is about
  static TransactionKey ofServer(final SipRequest request, final String method) {
    final var via = request.topVia().orElseThrow();
    if (via.hasBranchOfRfc3261()) {
      return new TransactionKey(method, via.branch() + ' ' + via.sentBy());
    }
    return new TransactionKey(method, oldId(request, via));
  }

  /// Section 17.2.3, for peers of RFC 2543. The tag of To is left out: an ACK has one that the
  /// INVITE had not, and it is that of our answer.
  private static String oldId(final SipRequest request, final Via via) {
    return String.join(
        "\n",
        request.target(),
        request.from().tag().orElse(""),
        request.callId(),
        String.valueOf(request.cseq().number()),
        via.sentBy(),
        via.branch());
  }

  static String methodOfInvite(final SipRequest request) {
    return request.is(SipMethod.ACK) ? SipMethod.INVITE : request.method();
  }
}
