package dev.reveille.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

final class ByteBudgetTest {
  private final ByteBudget budget =
      new ByteBudget(ByteBudget.BODIES, new ByteShares(1_000, 200, 400, 100));

  private record Key(String budgetOwner, String budgetOrganisation) implements BudgetOwner {}

  private static InetAddress address(final String text) {
    try {
      return InetAddress.getByName(text);
    } catch (final UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private ByteBudget.Share of(final String address, final BudgetOwner owner) {
    return budget.share(address(address), owner);
  }

  @Test
  void strangers_have_a_share_of_their_own_and_an_address_a_quarter_of_it() {
    assertFalse(of("10.0.0.1", BudgetOwner.STRANGER).holds(51));
    for (int i = 1; i <= 4; i++) {
      assertTrue(of("10.0.0." + i, BudgetOwner.STRANGER).holds(50));
      assertFalse(of("10.0.0." + i, BudgetOwner.STRANGER).holds(1), "its address has all it may");
    }
    assertFalse(of("10.0.0.5", BudgetOwner.STRANGER).holds(1));
    assertTrue(of("10.0.0.1", new Key("k1", "acme")).holds(300), "a key is not a stranger");
    assertEquals(500, budget.held());
    assertEquals(6, budget.refused());
  }

  @Test
  void addresses_of_one_network_share_what_one_address_has() {
    assertTrue(of("2001:db8::1", BudgetOwner.STRANGER).holds(30));
    assertFalse(of("2001:db8::2", BudgetOwner.STRANGER).holds(30));
    assertTrue(of("2001:db8:0:1::2", BudgetOwner.STRANGER).holds(30));
  }

  @Test
  void a_key_that_holds_nothing_may_have_one_thing_that_is_larger_than_its_share() {
    final var first = of("10.0.0.1", new Key("k1", "acme"));
    assertTrue(first.holds(60));
    assertTrue(first.holds(250));
    assertFalse(of("10.0.0.1", new Key("k1", "acme")).holds(1));
    assertTrue(of("10.0.0.1", new Key("k2", "acme")).holds(100));
    first.free();
    assertTrue(of("10.0.0.1", new Key("k1", "acme")).holds(100));
  }

  @Test
  void an_organisation_has_all_while_it_is_alone_and_half_while_another_waits() {
    for (int i = 0; i < 8; i++) {
      assertTrue(of("10.0.0." + i, new Key("a" + i, "acme")).holds(100));
    }
    final var more = of("10.0.1.1", new Key("a8", "acme"));
    assertTrue(more.holds(100));
    more.free();
    final var other = of("10.0.1.2", new Key("b", "other"));
    assertTrue(other.holds(1));
    assertFalse(more.holds(100), "another organisation holds something");
    assertTrue(other.holds(100));
  }

  @Test
  void one_of_several_organisations_leaves_a_quarter_to_those_that_hold_nothing_yet() {
    final var other = of("10.0.1.2", new Key("b", "other"));
    assertTrue(other.holds(1));
    other.free();
    for (int i = 0; i < 20; i++) {
      final boolean _ = of("10.0.0." + i, new Key("a" + i, "acme")).holds(50);
    }
    assertEquals(750, budget.held());
    assertTrue(other.holds(100), "acme holds what it has for as long as it likes");
  }

  @Test
  void what_is_given_back_is_counted_nowhere_any_more() {
    final var share = of("10.0.0.1", new Key("k1", "acme"));
    assertTrue(share.holds(80));
    assertTrue(share.holds(40));
    share.free();
    share.free();
    assertEquals(0, budget.held());
    assertTrue(of("10.0.0.1", new Key("k2", "acme")).holds(400));
  }
}
