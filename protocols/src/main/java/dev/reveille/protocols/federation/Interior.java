package dev.reveille.protocols.federation;

import dev.reveille.model.OrganisationId;
import dev.reveille.sip.message.SipRequest;
import dev.reveille.sip.message.SipResponse;
import java.util.function.Consumer;

/// What works on requests behind the edge: the clearing house, the server that waits for reports,
/// and the home of users who sign in from outside.
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

  /// A REGISTER of a phone, which is no partner and shows no certificate.
  ///
  /// @param organisation whose domain is asked for
  /// @param address of the phone, as the edge saw it
  record Registration(SipRequest request, OrganisationId organisation, String address) {}

  /// Works on a REGISTER, as [#request] does on a request of a partner. A server without users does
  /// not take it.
  default void register(final Registration registration, final Consumer<SipResponse> answer) {
    answer.accept(SipResponse.to(registration.request(), 405).build());
  }
}
