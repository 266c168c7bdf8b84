package dev.reveille.protocols.registrar;

import dev.reveille.model.UserId;
import dev.reveille.protocols.federation.Diagnosis;
import dev.reveille.protocols.federation.DiagnosisCode;
import dev.reveille.protocols.federation.Interior.Registration;
import dev.reveille.protocols.registrar.PasswordTries.Try;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.UserPasswords;
import dev.reveille.routing.port.UserPasswords.Algorithm;
import dev.reveille.sip.digest.DigestAlgorithm;
import dev.reveille.sip.digest.DigestChallenge;
import dev.reveille.sip.digest.DigestCredentials;
import dev.reveille.sip.message.SipMethod;
import dev.reveille.sip.message.SipName;
import dev.reveille.sip.message.SipRequest;
import dev.reveille.sip.message.SipResponse;
import dev.reveille.sip.message.SipUri;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Answers REGISTER of users who sign in from outside. Each is challenged with digest, SHA-256
/// first and MD5 for clients that know no other (RFC 8760 section 2.4); the realm is the domain of
/// the Request-URI, the user name is that of the server's user.
///
/// Only the question what is registered is taken, a REGISTER without Contact (RFC 3261 section
/// 10.2.3), and the answer is that nothing is: nothing of it is kept. A wrong password and a user
/// who does not exist are answered alike. Thread-safe; reads the disk.
public final class DigestRegistrar {
  private static final List<DigestAlgorithm> OFFERED =
      List.of(DigestAlgorithm.SHA_256, DigestAlgorithm.MD5);

  /// The length of a name in [UserId].
  private static final int LONGEST_NAME = 256;

  /// Stands for what is known of the password of a user who has none; no password leads to it.
  private static final String NO_PASSWORD = "-";

  private final String here;
  private final Registry registry;
  private final UserPasswords passwords;
  private final SignedNonces nonces;
  private final PasswordTries tries;

  /// @param here the host name of this server, for diagnoses
  public DigestRegistrar(
      final String here,
      final Registry registry,
      final UserPasswords passwords,
      final InstantSource clock) {
    this(here, registry, passwords, new SignedNonces(clock), new PasswordTries());
  }

  DigestRegistrar(
      final String here,
      final Registry registry,
      final UserPasswords passwords,
      final SignedNonces nonces,
      final PasswordTries tries) {
    this.here = here;
    this.registry = registry;
    this.passwords = passwords;
    this.nonces = nonces;
    this.tries = tries;
  }

  /// Answers with a final response, once, before it returns.
  public void register(final Registration registration, final Consumer<SipResponse> answer) {
    answer.accept(answered(registration));
  }

  private SipResponse answered(final Registration registration) {
    final var request = registration.request();
    final var realm =
        request.targetUri().map(uri -> uri.host().toLowerCase(Locale.ROOT)).orElse("");
    if (request.headers().has(SipName.CONTACT)) {
      return why(DiagnosisCode.CONTACT_NOT_TAKEN).answer(request);
    }
    if (!request.to().domain().orElse("").equalsIgnoreCase(realm)) {
      return Diagnosis.of(
              DiagnosisCode.FOREIGN_DOMAIN, here, "domain", request.to().domain().orElse(""))
          .answer(request);
    }
    final var credentials = credentials(request, realm);
    return credentials.isPresent()
        ? judged(registration, realm, credentials.get())
        : challenged(request, realm, Optional.empty(), /* isStale= */ false);
  }

  /// Those for this realm and this request.
  private static Optional<DigestCredentials> credentials(
      final SipRequest request, final String realm) {
    return request.headers().all(SipName.AUTHORIZATION).stream()
        .map(DigestCredentials::parse)
        .flatMap(Optional::stream)
        .filter(one -> one.realm().equals(realm) && one.uri().equals(request.target()))
        .filter(one -> one.username().length() <= LONGEST_NAME)
        .findFirst();
  }

  private SipResponse judged(
      final Registration registration, final String realm, final DigestCredentials credentials) {
    final var request = registration.request();
    final var one = new Try(registration.address(), credentials.username() + "@" + realm);
    final long wait = tries.begin(one);
    if (wait > 0) {
      return why(DiagnosisCode.TOO_MANY_TRIES)
          .answer(request, SipName.RETRY_AFTER, String.valueOf(seconds(wait)));
    }
    final var user = user(registration, credentials.username());
    final var kept = user.flatMap(id -> passwords.ha1(id, realm, algorithm(credentials)));
    final var fits =
        credentials.fits(kept.map(ha1 -> ha1.text()).orElse(NO_PASSWORD), SipMethod.REGISTER);
    if (!fits || kept.isEmpty()) {
      return challenged(
          request, realm, Optional.of(why(DiagnosisCode.PASSWORD_WRONG)), /* isStale= */ false);
    }
    if (!nonces.take(credentials.nonce(), realm, credentials.nonceCount())) {
      // what was sent before may be sent again by others: it makes no address known
      return challenged(request, realm, Optional.empty(), /* isStale= */ true);
    }
    tries.succeeded(one);
    return isAddressOf(user.get(), request, realm)
        ? SipResponse.to(request, 200).build()
        : why(DiagnosisCode.ADDRESS_OF_ANOTHER).answer(request);
  }

  private static Optional<UserId> user(final Registration registration, final String name) {
    try {
      return Optional.of(new UserId(registration.organisation(), name));
    } catch (final IllegalArgumentException _) { // no user can have it
      return Optional.empty();
    }
  }

  private static Algorithm algorithm(final DigestCredentials credentials) {
    return switch (credentials.algorithm()) {
      case SHA_256 -> Algorithm.SHA_256;
      case MD5 -> Algorithm.MD5;
    };
  }

  /// Whether To names the user: by an address of the user, or by the name at the realm where that
  /// is no address of another.
  private boolean isAddressOf(final UserId user, final SipRequest request, final String realm) {
    final var name = request.to().sipUri().map(SipUri::user).orElse("");
    final var owners =
        Stream.of("sip:" + name + "@" + realm, name + "@" + realm)
            .map(address -> registry.findUser(user.organisation(), address))
            .flatMap(Optional::stream)
            .map(found -> found.id())
            .toList();
    return owners.isEmpty() ? name.equals(user.name()) : owners.contains(user);
  }

  private SipResponse challenged(
      final SipRequest request,
      final String realm,
      final Optional<Diagnosis> why,
      final boolean isStale) {
    final var nonce = nonces.make(realm);
    final var response = SipResponse.to(request, 401);
    for (final var algorithm : OFFERED) {
      response.add(
          SipName.WWW_AUTHENTICATE,
          new DigestChallenge(realm, nonce, algorithm, "", isStale).toString());
    }
    why.ifPresent(one -> response.add(Diagnosis.FIELD, one.toString()));
    return response.build();
  }

  private Diagnosis why(final DiagnosisCode code) {
    return Diagnosis.of(code, here);
  }

  private static long seconds(final long nanos) {
    return Math.max(1, Duration.ofNanos(nanos).plusMillis(999).toSeconds());
  }
}
