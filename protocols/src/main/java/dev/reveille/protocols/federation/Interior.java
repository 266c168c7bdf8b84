package dev.reveille.protocols.federation;

import dev.reveille.model.OrganisationId;
import dev.reveille.sip.message.SipRequest;
import dev.reveille.sip.message.SipResponse;
import java.util.function.Consumer;

/// What works on requests of partners behind the edge: the clearing house, and the server that
/// waits for reports.
@FunctionalInterface
public interface Interior {
  /// A request that passed the edge.
  ///
  /// @param organisation whose domain is asked for
  /// @param sender the domain in From, for which the peer may speak
  /// @param verified whether the sender counts as verified
  record Passed(SipRequest request, OrganisationId organisation, String sender, boolean verified) {}

  /// Works on it, and answers with a final response, once, on any thread. Called on a thread that
  /// may block.
  void request(Passed passed, Consumer<SipResponse> answer);
}
