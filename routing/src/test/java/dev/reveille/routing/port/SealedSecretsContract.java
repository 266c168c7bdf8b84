package dev.reveille.routing.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.OrganisationId;
import dev.reveille.model.Secret;
import dev.reveille.routing.port.SealedSecrets.Name;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The contract of every store of secrets that are read back.
public interface SealedSecretsContract {
  OrganisationId OTHERS = new OrganisationId("globex");
  Name PRIMARY = new Name(Samples.ACME, "sas", "hub/listen/primary");
  Name SECONDARY = new Name(Samples.ACME, "sas", "hub/listen/secondary");
  Secret FIRST = Secret.of("the first key");
  Secret SECOND = Secret.of("the second key");

  StoreUnderTest store();

  private SealedSecrets sealed() {
    return store().sealed();
  }

  @Test
  default void a_secret_is_read_as_it_was_put_also_after_a_restart() {
    assertEquals(Optional.empty(), sealed().read(PRIMARY));
    final byte[] bytes = {0, -1, 7, 0};
    sealed().put(PRIMARY, Secret.of(bytes), "operator");
    assertEquals(Optional.of(Secret.of(bytes)), sealed().read(PRIMARY));
    store().restart();
    assertEquals(Optional.of(Secret.of(bytes)), sealed().read(PRIMARY));
  }

  @Test
  default void one_of_two_keys_is_replaced_while_the_other_stays() {
    sealed().put(PRIMARY, FIRST, "operator");
    sealed().put(SECONDARY, SECOND, "operator");
    final var fresh = Secret.of("a fresh key");
    sealed().put(PRIMARY, fresh, "operator");
    store().restart();
    assertEquals(Optional.of(fresh), sealed().read(PRIMARY));
    assertEquals(Optional.of(SECOND), sealed().read(SECONDARY));
  }

  @Test
  default void organisations_and_purposes_have_names_of_their_own() {
    final var theirs = new Name(OTHERS, PRIMARY.purpose(), PRIMARY.name());
    final var digest = new Name(Samples.ACME, "sip-digest", PRIMARY.name());
    sealed().put(PRIMARY, FIRST, "operator");
    assertEquals(Optional.empty(), sealed().read(theirs));
    assertEquals(Optional.empty(), sealed().read(digest));
    sealed().put(theirs, SECOND, "operator");
    sealed().put(digest, SECOND, "operator");
    assertEquals(Optional.of(FIRST), sealed().read(PRIMARY));
    assertTrue(sealed().remove(theirs, "operator"));
    assertEquals(Optional.of(FIRST), sealed().read(PRIMARY));
    assertEquals(Optional.of(SECOND), sealed().read(digest));
  }

  @Test
  default void a_removed_secret_is_gone_and_the_others_stay() {
    sealed().put(PRIMARY, FIRST, "operator");
    sealed().put(SECONDARY, SECOND, "operator");
    assertTrue(sealed().remove(PRIMARY, "operator"));
    assertFalse(sealed().remove(PRIMARY, "operator"));
    assertEquals(Optional.empty(), sealed().read(PRIMARY));
    assertEquals(Optional.of(SECOND), sealed().read(SECONDARY));
  }

  @Test
  default void names_are_listed_in_pages() {
    for (final var name : List.of("c", "a", "b", "d")) {
      sealed().put(new Name(Samples.ACME, "sas", name), FIRST, "operator");
    }
    sealed().put(new Name(Samples.ACME, "sip-digest", "aa"), FIRST, "operator");
    sealed().put(new Name(OTHERS, "sas", "ab"), FIRST, "operator");
    assertEquals(List.of("a", "b"), sealed().names(Samples.ACME, "sas", "", 2));
    assertEquals(List.of("c", "d"), sealed().names(Samples.ACME, "sas", "b", 2));
    assertEquals(List.of(), sealed().names(Samples.ACME, "sas", "d", 2));
  }

  @Test
  default void what_is_no_name_is_refused() {
    for (final var wrong : List.of("", "a\nb", "x".repeat(257))) {
      assertThrows(IllegalArgumentException.class, () -> new Name(Samples.ACME, "sas", wrong));
      assertThrows(IllegalArgumentException.class, () -> new Name(Samples.ACME, wrong, "a"));
    }
    assertThrows(IllegalArgumentException.class, () -> new Name(Samples.ACME, "a b", "a"));
  }
}
