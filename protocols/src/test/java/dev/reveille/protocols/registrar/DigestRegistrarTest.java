package dev.reveille.protocols.registrar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.DomainName;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Password;
import dev.reveille.model.Preferences;
import dev.reveille.model.User;
import dev.reveille.model.UserId;
import dev.reveille.protocols.federation.Diagnosis;
import dev.reveille.protocols.federation.DiagnosisCode;
import dev.reveille.protocols.federation.Interior.Registration;
import dev.reveille.routing.port.SettingsStore;
import dev.reveille.sip.digest.DigestAlgorithm;
import dev.reveille.sip.digest.DigestChallenge;
import dev.reveille.sip.digest.DigestCredentials;
import dev.reveille.sip.message.NameAddress;
import dev.reveille.sip.message.SipName;
import dev.reveille.sip.message.SipRequest;
import dev.reveille.sip.message.SipResponse;
import dev.reveille.sip.message.SipUri;
import dev.reveille.storage.sqlite.SqliteStore;
import dev.reveille.storage.sqlite.StoreSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DigestRegistrarTest {
  private static final String REALM = "contoso.example";
  private static final String PASSWORD = "correct horse";
  private static final OrganisationId OWN = new OrganisationId("default");
  private static final SettingsStore.By TEST = new SettingsStore.By("test", "");
  private static final String PHONE = "192.0.2.7";

  @TempDir private Path folder;
  private SqliteStore store;
  private Instant now = Instant.parse("2026-11-01T10:00:00Z");
  private final AtomicLong nanos = new AtomicLong();
  private DigestRegistrar registrar;

  @BeforeEach
  void aUserWithAPassword() {
    store = SqliteStore.open(folder, StoreSettings.defaults(), Clock.systemUTC());
    final var _ = store.domains().put(OWN, new DomainName(REALM), Optional.empty(), 0, TEST);
    user("anna", "sip:anna.smith@" + REALM);
    user("bob", "sip:bob@" + REALM);
    registrar =
        new DigestRegistrar(
            "pool." + REALM,
            store.registry(),
            store.passwords(),
            new SignedNonces(() -> now),
            new PasswordTries(nanos::get));
  }

  private void user(final String name, final String address) {
    final var id = new UserId(OWN, name);
    store.registry().keepUser(new User(id, "", List.of(address), Preferences.DEFAULT), "test");
    assertTrue(store.passwords().set(id, Password.of(PASSWORD), TEST).isPresent());
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static SipRequest question(final String user) {
    final var own = NameAddress.of(SipUri.of(user, REALM));
    return SipRequest.builder("REGISTER", "sip:" + REALM)
        .from(own.withParameter("tag", "t"))
        .to(own)
        .callId("c")
        .cseq(1)
        .build();
  }

  private SipResponse ask(final SipRequest request, final String address) {
    final var answers = new ArrayList<SipResponse>();
    registrar.register(new Registration(request, OWN, address), answers::add);
    assertEquals(1, answers.size());
    return answers.getFirst();
  }

  private List<DigestChallenge> challenges(final SipResponse answer) {
    assertEquals(401, answer.status());
    return answer.headers().all(SipName.WWW_AUTHENTICATE).stream()
        .map(one -> DigestChallenge.parse(one).orElseThrow())
        .toList();
  }

  private DigestChallenge challenge() {
    return challenges(ask(question("anna"), PHONE)).getFirst();
  }

  private static SipRequest with(
      final SipRequest question,
      final DigestChallenge challenge,
      final String name,
      final String password,
      final long count) {
    final var credentials =
        DigestCredentials.answer(
            challenge, name, password, "REGISTER", question.target(), "cn", count);
    return question.withHeaders(
        question.headers().toBuilder()
            .add(SipName.AUTHORIZATION, credentials.fieldValue())
            .build());
  }

  private SipResponse signIn(final String name, final String password, final String address) {
    return ask(with(question(name), challenge(), name, password, 1), address);
  }

  private static Optional<DiagnosisCode> code(final SipResponse answer) {
    return Diagnosis.in(answer).flatMap(Diagnosis::code);
  }

  @Test
  void a_challenge_offers_sha_256_first_and_says_nothing_is_wrong() {
    final var answer = ask(question("anna"), PHONE);
    final var offered = challenges(answer);
    assertEquals(
        List.of(DigestAlgorithm.SHA_256, DigestAlgorithm.MD5),
        offered.stream().map(DigestChallenge::algorithm).toList());
    assertEquals(REALM, offered.getFirst().realm());
    assertFalse(offered.getFirst().isStale());
    assertEquals(Optional.empty(), code(answer));
  }

  @ParameterizedTest
  @EnumSource(DigestAlgorithm.class)
  void the_right_password_is_told_that_nothing_is_registered(final DigestAlgorithm algorithm) {
    final var offered =
        challenges(ask(question("anna"), PHONE)).stream()
            .filter(one -> one.algorithm() == algorithm)
            .findFirst()
            .orElseThrow();
    final var answer = ask(with(question("anna"), offered, "anna", PASSWORD, 1), PHONE);
    assertEquals(200, answer.status());
    assertFalse(answer.headers().has(SipName.CONTACT));
  }

  @Test
  void an_address_of_the_user_is_the_users_and_that_of_another_is_not() {
    assertEquals(
        200, ask(with(question("anna.smith"), challenge(), "anna", PASSWORD, 1), PHONE).status());
    final var ofBob = ask(with(question("bob"), challenge(), "anna", PASSWORD, 1), PHONE);
    assertEquals(403, ofBob.status());
    assertEquals(Optional.of(DiagnosisCode.ADDRESS_OF_ANOTHER), code(ofBob));
  }

  @Test
  void a_wrong_password_and_an_unknown_user_are_answered_alike() {
    final var wrong = signIn("anna", "wrong horse", PHONE);
    final var unknown = signIn("nora", PASSWORD, PHONE);
    assertEquals(401, wrong.status());
    assertEquals(Optional.of(DiagnosisCode.PASSWORD_WRONG), code(wrong));
    assertEquals(shape(wrong), shape(unknown));
  }

  /// An answer without what differs from one challenge to the next, and the user who was asked for.
  private static String shape(final SipResponse answer) {
    return answer.status()
        + answer
            .headers()
            .toString()
            .replaceAll("nonce=\"[^\"]+\"", "")
            .replaceAll("(?m)^(From|To): .*$", "");
  }

  /// What the server compares with, where a user has no password, must not let one in who knows it.
  @Test
  void the_digest_of_no_password_is_no_password() throws Exception {
    final var challenge = challenge();
    final var nonce = challenge.nonce();
    final var made = with(question("nora"), challenge, "nora", "x", 1);
    final var ofRequest = sha256("REGISTER:sip:" + REALM);
    final var forged = sha256(String.join(":", "-", nonce, "00000001", "cn", "auth", ofRequest));
    final var field = made.headers().first(SipName.AUTHORIZATION).orElseThrow();
    final var answer =
        ask(
            made.withHeaders(
                made.headers().toBuilder()
                    .set(
                        SipName.AUTHORIZATION,
                        field.replaceFirst("response=\"[^\"]+\"", "response=\"" + forged + "\""))
                    .build()),
            PHONE);
    assertEquals(401, answer.status());
    assertEquals(Optional.of(DiagnosisCode.PASSWORD_WRONG), code(answer));
  }

  private static String sha256(final String text) throws Exception {
    final var bytes = text.getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  @Test
  void a_nonce_ends_after_five_minutes_and_the_client_is_told_to_take_another() {
    final var old = challenge();
    now = now.plus(SignedNonces.LIFE).plusMillis(1);
    final var answer = ask(with(question("anna"), old, "anna", PASSWORD, 1), PHONE);
    final var fresh = challenges(answer).getFirst();
    assertTrue(fresh.isStale());
    assertNotEquals(old.nonce(), fresh.nonce());
    assertEquals(200, ask(with(question("anna"), fresh, "anna", PASSWORD, 1), PHONE).status());
  }

  @Test
  void credentials_are_taken_once_and_a_higher_count_again() {
    final var challenge = challenge();
    assertEquals(200, ask(with(question("anna"), challenge, "anna", PASSWORD, 1), PHONE).status());
    final var again = ask(with(question("anna"), challenge, "anna", PASSWORD, 1), PHONE);
    assertTrue(challenges(again).getFirst().isStale());
    assertEquals(200, ask(with(question("anna"), challenge, "anna", PASSWORD, 2), PHONE).status());
  }

  @Test
  void credentials_that_another_sends_again_make_no_address_known() {
    final var thief = "198.51.100.1";
    final var taken = with(question("anna"), challenge(), "anna", PASSWORD, 1);
    assertEquals(200, ask(taken, PHONE).status());
    assertTrue(challenges(ask(taken, thief)).getFirst().isStale());
    for (int i = 0; i < 100; i++) {
      signIn("anna", "wrong horse", "203.0.113." + i);
    }
    assertEquals(503, signIn("anna", "wrong horse", thief).status());
    assertEquals(401, signIn("anna", "wrong horse", PHONE).status(), "the user's own goes on");
  }

  @Test
  void a_nonce_that_is_not_the_servers_is_not_taken() {
    final var own = challenge();
    for (final var nonce : List.of("", "abc", own.nonce().replaceFirst("^.", "_"))) {
      final var forged = new DigestChallenge(REALM, nonce, DigestAlgorithm.SHA_256, "", false);
      final var answer = ask(with(question("anna"), forged, "anna", PASSWORD, 1), PHONE);
      assertTrue(challenges(answer).getFirst().isStale(), nonce);
    }
    assertFalse(new SignedNonces(() -> now).take(own.nonce(), REALM, 1), "of another server");
    final var nonces = new SignedNonces(() -> now);
    assertFalse(nonces.take(nonces.make("other.example"), REALM, 1), "of another realm");
  }

  @Test
  void forgotten_nonces_are_not_taken_again() {
    final var nonces = new SignedNonces(() -> now, 1);
    final var first = nonces.make(REALM);
    now = now.plusMillis(5);
    final var second = nonces.make(REALM);
    assertTrue(nonces.take(first, REALM, 1));
    assertTrue(nonces.take(second, REALM, 1));
    assertFalse(nonces.take(first, REALM, 1));
    assertTrue(nonces.take(second, REALM, 2));
  }

  @Test
  void credentials_for_another_request_are_none() {
    final var question = question("anna");
    final var credentials =
        DigestCredentials.answer(
            challenge(), "anna", PASSWORD, "REGISTER", "sip:other.example", "c", 1);
    final var answer =
        ask(
            question.withHeaders(
                question.headers().toBuilder()
                    .add(SipName.AUTHORIZATION, credentials.fieldValue())
                    .build()),
            PHONE);
    assertEquals(401, answer.status());
  }

  @Test
  void a_contact_is_refused_because_it_would_not_be_kept() {
    final var question = question("anna");
    final var answer =
        ask(
            question.withHeaders(
                question.headers().toBuilder().add(SipName.CONTACT, "<sip:anna@x>").build()),
            PHONE);
    assertEquals(403, answer.status());
    assertEquals(Optional.of(DiagnosisCode.CONTACT_NOT_TAKEN), code(answer));
  }

  @Test
  void an_address_that_guesses_is_slowed_down_and_others_are_not() {
    for (int i = 0; i < 5; i++) {
      assertEquals(401, signIn("anna", "wrong horse", "192.0.2.66").status());
    }
    final var refused = signIn("anna", PASSWORD, "192.0.2.66");
    assertEquals(503, refused.status());
    assertEquals("30", refused.headers().first(SipName.RETRY_AFTER).orElse(""));
    assertEquals(200, signIn("anna", PASSWORD, PHONE).status());
    nanos.addAndGet(Duration.ofSeconds(30).toNanos());
    assertEquals(200, signIn("anna", PASSWORD, "192.0.2.66").status());
  }

  @Test
  void an_address_that_guesses_many_users_is_slowed_down() {
    int refused = 0;
    for (int i = 0; i < 30; i++) {
      refused += signIn("user" + i, "wrong horse", "192.0.2.66").status() == 503 ? 1 : 0;
    }
    assertEquals(10, refused);
    assertEquals(200, signIn("anna", PASSWORD, PHONE).status());
  }

  @Test
  void guesses_from_many_addresses_lock_no_user_out() {
    assertEquals(200, signIn("anna", PASSWORD, PHONE).status());
    for (int i = 0; i < 200; i++) {
      final var _ = signIn("anna", "wrong horse", "198.51.100." + i);
    }
    assertEquals(503, signIn("anna", "wrong horse", "203.0.113.1").status(), "they are bounded");
    assertEquals(200, signIn("anna", PASSWORD, PHONE).status(), "from where the user signed in");
    nanos.addAndGet(Duration.ofSeconds(2).toNanos());
    assertEquals(200, signIn("anna", PASSWORD, "203.0.113.2").status(), "and from elsewhere soon");
  }

  @Test
  void who_signs_in_often_is_not_slowed_down() {
    for (int i = 0; i < 100; i++) {
      assertEquals(200, signIn("anna", PASSWORD, PHONE).status());
    }
  }
}
