package dev.reveille.push.url;

import dev.reveille.http.client.ClientAnswer;
import dev.reveille.http.client.HttpVersions;
import dev.reveille.http.client.OriginPools;
import dev.reveille.http.client.PublicUrl;
import dev.reveille.http.client.RequestHeaders;
import dev.reveille.model.Credential;
import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.PushService;
import dev.reveille.model.Reason;
import dev.reveille.push.app.AccessToken;
import dev.reveille.push.app.KnownApps;
import dev.reveille.routing.port.Push;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What differs between push services whose addresses are URLs (Web Push, WNS, MPNS), for
/// [UrlSender]: credentials, the message of a push, and the meaning of answers. Methods are called
/// from many threads and must not block.
///
/// @param <A> what belongs to an app's credentials
public interface UrlService<A extends KnownApps.Account> {
  PushService service();

  HttpVersions versions();

  /// Reads credentials, of this service only ([#mistaken]).
  ///
  /// @throws IllegalArgumentException that says what is wrong with them
  A account(Credential credential);

  /// A credential of another service.
  default IllegalArgumentException mistaken(final Credential credential) {
    return new IllegalArgumentException(
        "the credential is for " + credential.service().word() + ", not for " + service().word());
  }

  /// The access token that requests carry; null for a service that needs none.
  default @Nullable AccessToken token(final A account) {
    return null;
  }

  /// Why nothing of this service can stand at such a URL, empty when it can. A host that the
  /// operator named is not asked about.
  default Optional<String> misplaced(final PublicUrl url) {
    return Optional.empty();
  }

  /// The connections of credentials that show a certificate; null where all apps share them. They
  /// are the account's to close.
  default @Nullable OriginPools connections(final A account) {
    return null;
  }

  /// Whether making a message takes so much computing that it needs threads of its own.
  default boolean isCostly() {
    return false;
  }

  /// Makes the message of a push.
  ///
  /// @param smallest without content, because the service found the message too large
  Prepared prepare(Push push, PublicUrl to, A account, boolean smallest);

  /// What the service's answers mean.
  AnswerTable answers();

  /// What the table is asked about beside the status, such as the word of a status header; "" for
  /// nothing.
  default String word(final ClientAnswer answer) {
    return "";
  }

  /// What of an answer belongs into the trail beside status and word; "" for nothing.
  default String said(final ClientAnswer answer) {
    return "";
  }

  /// The service's name for a push that it took; "" for none.
  String receipt(ClientAnswer answer);

  /// A message, or the outcome of a push for which none can be made.
  sealed interface Prepared {
    record Ready(Message message) implements Prepared {}

    record Never(DeliveryOutcome outcome) implements Prepared {
      /// A push that its caller wrote wrong.
      public static Never badly(final IllegalArgumentException wrong) {
        return new Never(Refused.byUs(Reason.BAD_REQUEST, String.valueOf(wrong.getMessage())));
      }

      public static Never tooLarge(final String words) {
        return new Never(Refused.byUs(Reason.PAYLOAD_TOO_LARGE, words));
      }
    }
  }

  /// One push in the service's form.
  interface Message {
    /// Path and headers; called each time the request is written.
    ///
    /// @param secondsLeft of the push's time, at least 0
    /// @param authorization the value that the access token gives; "" where there is none
    void head(RequestHeaders to, long secondsLeft, String authorization);

    byte[] body();

    /// Whether nothing more can be left out of it.
    boolean isSmallest();

    /// Whether it goes out once more after this refusal, in another form: it has changed then.
    default boolean changesAfter(final int status) {
      return false;
    }

    /// What the answer of a service that took it promises, for the end of the trail's words; "" for
    /// nothing.
    default String promisedBy(final ClientAnswer answer) {
      return "";
    }

    /// The service took the push, and its outcome was told.
    default void taken(final Push push, final ClientAnswer answer) {}
  }
}
