package dev.reveille.routing.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.DomainName;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Password;
import dev.reveille.model.Secret;
import dev.reveille.model.User;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.SettingsStore.By;
import dev.reveille.routing.port.UserPasswords.Algorithm;
import dev.reveille.routing.port.UserPasswords.PasswordState;
import dev.reveille.routing.port.UserPasswords.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The contract of every store of users' passwords.
///
/// The digests were computed with `printf 'Mufasa:http-auth.example.org:Circle of Life' | md5sum`,
/// and with `sha256sum`.
public interface UserPasswordsContract {
  UserId MUFASA = new UserId(Samples.ACME, "Mufasa");
  UserId NAMESAKE = new UserId(new OrganisationId("globex"), "Mufasa");
  Password CIRCLE = Password.of("Circle of Life");
  Password OTHER_ONE = Password.of("circle of life");
  String REALM = "http-auth.example.org";
  By SETTER = new By("key k1", "192.0.2.7");

  StoreUnderTest store();

  private UserPasswords passwords() {
    return store().passwords();
  }

  private void madeUser(final UserId user) {
    store()
        .registry()
        .changeUser(
            user,
            _ -> new User(user, "", List.of(), dev.reveille.model.Preferences.DEFAULT),
            "operator");
  }

  private DomainName domain(final OrganisationId organisation, final String name) {
    final var domain = DomainName.of(name);
    store().domains().put(organisation, domain, Optional.empty(), 0, SETTER);
    return domain;
  }

  private static Optional<Secret> hex(final String text) {
    return Optional.of(Secret.of(text));
  }

  @Test
  default void a_password_is_verified_and_no_other_one_also_after_a_restart() {
    madeUser(MUFASA);
    madeUser(NAMESAKE);
    assertEquals(Verdict.WRONG, passwords().verify(MUFASA, CIRCLE));
    assertEquals(Optional.empty(), passwords().state(MUFASA));
    final var state = new PasswordState(Samples.NOW, List.of());
    assertEquals(Optional.of(state), passwords().set(MUFASA, CIRCLE, SETTER));
    store().restart();
    assertEquals(Optional.of(state), passwords().state(MUFASA));
    assertEquals(Verdict.RIGHT, passwords().verify(MUFASA, Password.of("Circle\u00a0of Life")));
    assertEquals(Verdict.WRONG, passwords().verify(MUFASA, OTHER_ONE));
    assertEquals(Verdict.WRONG, passwords().verify(NAMESAKE, CIRCLE));
    assertEquals(Verdict.WRONG, passwords().verify(Samples.ANNA, CIRCLE), "there is no such user");
    assertEquals(Optional.empty(), passwords().set(Samples.ANNA, CIRCLE, SETTER));
    assertEquals(Optional.empty(), passwords().state(Samples.ANNA));
  }

  @Test
  default void a_new_password_takes_the_place_of_the_former_one() {
    madeUser(MUFASA);
    passwords().set(MUFASA, CIRCLE, SETTER);
    domain(Samples.ACME, REALM);
    store().clock().advance(Duration.ofHours(1));
    passwords().set(MUFASA, OTHER_ONE, SETTER);
    assertEquals(Verdict.RIGHT, passwords().verify(MUFASA, OTHER_ONE));
    assertEquals(Verdict.WRONG, passwords().verify(MUFASA, CIRCLE));
    assertEquals(
        Optional.of(
            new PasswordState(
                Samples.NOW.plus(Duration.ofHours(1)), List.of(DomainName.of(REALM)))),
        passwords().state(MUFASA));
    assertTrue(passwords().remove(MUFASA, SETTER));
    assertFalse(passwords().remove(MUFASA, SETTER));
    assertEquals(Verdict.WRONG, passwords().verify(MUFASA, OTHER_ONE));
    assertEquals(Optional.empty(), passwords().ha1(MUFASA, REALM, Algorithm.MD5));
    assertEquals(0, passwords().without(Samples.ACME, DomainName.of(REALM)));
  }

  @Test
  default void a_digest_is_there_for_each_domain_that_the_organisation_had() {
    madeUser(MUFASA);
    domain(Samples.ACME, REALM);
    domain(NAMESAKE.organisation(), "globex.example");
    passwords().set(MUFASA, CIRCLE, SETTER);
    store().restart();
    assertEquals(
        hex("c461bb829191a439a1a0a3b758ef88d2"), passwords().ha1(MUFASA, REALM, Algorithm.MD5));
    assertEquals(
        hex("24e863a11f480cbfe66cd9d46688068565950d62abf3809212715927b8eec102"),
        passwords().ha1(MUFASA, REALM, Algorithm.SHA_256));
    for (final var none : List.of("globex.example", "HTTP-auth.example.org", "", "example.org")) {
      assertEquals(Optional.empty(), passwords().ha1(MUFASA, none, Algorithm.MD5), none);
    }
    assertEquals(Optional.empty(), passwords().ha1(NAMESAKE, REALM, Algorithm.MD5));
  }

  @Test
  default void a_domain_that_comes_later_has_digests_when_the_password_is_set_again() {
    madeUser(MUFASA);
    madeUser(Samples.BEN);
    final var first = domain(Samples.ACME, REALM);
    passwords().set(MUFASA, CIRCLE, SETTER);
    final var later = domain(Samples.ACME, "later.example");
    assertEquals(Optional.empty(), passwords().ha1(MUFASA, "later.example", Algorithm.SHA_256));
    assertEquals(0, passwords().without(Samples.ACME, first));
    assertEquals(1, passwords().without(Samples.ACME, later));
    assertEquals(0, passwords().without(NAMESAKE.organisation(), later));
    passwords().set(MUFASA, CIRCLE, SETTER);
    assertTrue(passwords().ha1(MUFASA, "later.example", Algorithm.SHA_256).isPresent());
    assertEquals(0, passwords().without(Samples.ACME, later));
  }

  @Test
  default void a_domain_that_went_has_no_digests_until_it_is_back() {
    madeUser(MUFASA);
    final var domain = domain(Samples.ACME, REALM);
    passwords().set(MUFASA, CIRCLE, SETTER);
    final var digest = passwords().ha1(MUFASA, REALM, Algorithm.SHA_256);
    assertTrue(digest.isPresent());
    store().domains().remove(Samples.ACME, domain, SETTER);
    assertEquals(Optional.empty(), passwords().ha1(MUFASA, REALM, Algorithm.SHA_256));
    domain(NAMESAKE.organisation(), REALM);
    assertEquals(Optional.empty(), passwords().ha1(MUFASA, REALM, Algorithm.SHA_256));
    store().domains().remove(NAMESAKE.organisation(), domain, SETTER);
    domain(Samples.ACME, REALM);
    assertEquals(digest, passwords().ha1(MUFASA, REALM, Algorithm.SHA_256));
  }

  @Test
  default void a_password_goes_with_its_user_and_comes_to_no_later_one_of_the_name() {
    madeUser(MUFASA);
    final var domain = domain(Samples.ACME, REALM);
    passwords().set(MUFASA, CIRCLE, SETTER);
    final var later = domain(Samples.ACME, "later.example");
    assertTrue(store().registry().removeUser(MUFASA, "operator"));
    assertEquals(0, passwords().without(Samples.ACME, later));
    madeUser(MUFASA);
    assertEquals(Optional.empty(), passwords().state(MUFASA));
    assertEquals(Verdict.WRONG, passwords().verify(MUFASA, CIRCLE));
    assertEquals(Optional.empty(), passwords().ha1(MUFASA, REALM, Algorithm.MD5));
    assertEquals(0, passwords().without(Samples.ACME, domain));
  }
}
