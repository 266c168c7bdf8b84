package dev.reveille.routing.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.DomainName;
import dev.reveille.model.NetbiosName;
import dev.reveille.model.OrganisationId;
import dev.reveille.routing.port.OrganisationDomains.Domain;
import dev.reveille.routing.port.OrganisationDomains.Full;
import dev.reveille.routing.port.OrganisationDomains.Taken;
import dev.reveille.routing.port.SettingsStore.By;
import dev.reveille.routing.port.SettingsStore.Stale;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// The contract of every store of organisations' domains.
public interface OrganisationDomainsContract {
  OrganisationId THEIRS = new OrganisationId("globex");
  DomainName EXAMPLE = DomainName.of("example.org");
  DomainName SECOND_DOMAIN = DomainName.of("mail.example.net");
  By OPERATOR = new By("key k1", "192.0.2.7");
  int AT_ONCE = 50;

  StoreUnderTest store();

  private OrganisationDomains domains() {
    return store().domains();
  }

  private Domain added(
      final OrganisationId organisation, final DomainName name, final String netbios) {
    return domains()
        .put(
            organisation,
            name,
            Optional.of(netbios).filter(it -> !it.isEmpty()).map(NetbiosName::of),
            0,
            OPERATOR);
  }

  @Test
  default void a_domain_leads_to_its_organisation_however_it_is_written() {
    assertEquals(Optional.empty(), domains().organisationOf("example.org"));
    assertEquals(Optional.empty(), domains().organisationOfNetbios("EXAMPLE"));
    final var added = added(Samples.ACME, EXAMPLE, "example");
    assertEquals(
        new Domain(Samples.ACME, EXAMPLE, Optional.of(new NetbiosName("EXAMPLE")), added.version()),
        added);
    added(THEIRS, SECOND_DOMAIN, "");
    for (int starts = 0; starts < 2; starts++) {
      for (final var written : List.of("example.org", "EXAMPLE.Org", "example.org.")) {
        assertEquals(Optional.of(Samples.ACME), domains().organisationOf(written));
      }
      assertEquals(Optional.of(Samples.ACME), domains().organisationOfNetbios("Example"));
      assertEquals(Optional.of(THEIRS), domains().organisationOf("mail.example.net"));
      for (final var other : List.of("a.example.org", "org", "", "sip:example.org", "192.0.2.1")) {
        assertEquals(Optional.empty(), domains().organisationOf(other), other);
      }
      assertEquals(Optional.empty(), domains().organisationOfNetbios("no name"));
      assertEquals(List.of(added), domains().all(Samples.ACME));
      assertEquals(List.of(EXAMPLE), domains().domainsOf(Samples.ACME));
      assertEquals(List.of(SECOND_DOMAIN), domains().domainsOf(THEIRS));
      assertEquals(Optional.of(added), domains().find(Samples.ACME, EXAMPLE));
      assertEquals(Optional.empty(), domains().find(THEIRS, EXAMPLE));
      store().restart();
    }
  }

  @Test
  default void a_domain_and_a_netbios_name_have_one_organisation_each() {
    added(Samples.ACME, EXAMPLE, "EXAMPLE");
    final var domain = assertThrows(Taken.class, () -> added(THEIRS, EXAMPLE, ""));
    assertEquals("the domain example.org", domain.getMessage());
    assertEquals(Samples.ACME, domain.holder().organisation());
    final var netbios = assertThrows(Taken.class, () -> added(THEIRS, SECOND_DOMAIN, "Example"));
    assertEquals("the NetBIOS name EXAMPLE", netbios.getMessage());
    assertEquals(EXAMPLE, netbios.holder().name());
    assertThrows(Taken.class, () -> added(Samples.ACME, SECOND_DOMAIN, "EXAMPLE"));
    assertThrows(Stale.class, () -> added(Samples.ACME, EXAMPLE, "EXAMPLE"));
    assertEquals(List.of(), domains().all(THEIRS));
    assertEquals(List.of(EXAMPLE), domains().domainsOf(Samples.ACME));
  }

  @Test
  default void a_change_replaces_the_netbios_name_and_is_effective_at_once() {
    final var first = added(Samples.ACME, EXAMPLE, "EXAMPLE");
    assertEquals(Optional.of(Samples.ACME), domains().organisationOfNetbios("EXAMPLE"));
    final var renamed =
        domains()
            .put(
                Samples.ACME,
                EXAMPLE,
                Optional.of(NetbiosName.of("corp")),
                first.version(),
                OPERATOR);
    assertTrue(renamed.version() > first.version());
    assertEquals(Optional.empty(), domains().organisationOfNetbios("EXAMPLE"));
    assertEquals(Optional.of(Samples.ACME), domains().organisationOfNetbios("CORP"));
    assertThrows(
        Stale.class,
        () -> domains().put(Samples.ACME, EXAMPLE, Optional.empty(), first.version(), OPERATOR));
    domains()
        .put(Samples.ACME, EXAMPLE, Optional.empty(), OrganisationDomains.ANY_VERSION, OPERATOR);
    assertEquals(Optional.empty(), domains().organisationOfNetbios("CORP"));
    assertEquals(Optional.of(Samples.ACME), domains().organisationOf("example.org"));
    added(THEIRS, SECOND_DOMAIN, "CORP");
    assertEquals(Optional.of(THEIRS), domains().organisationOfNetbios("CORP"));
  }

  @Test
  default void a_removed_domain_is_free_for_others_and_its_versions_do_not_come_back() {
    final var first = added(Samples.ACME, EXAMPLE, "EXAMPLE");
    assertEquals(Optional.of(Samples.ACME), domains().organisationOf("example.org"));
    assertFalse(domains().remove(THEIRS, EXAMPLE, OPERATOR), "it is not theirs");
    assertTrue(domains().remove(Samples.ACME, EXAMPLE, OPERATOR));
    assertFalse(domains().remove(Samples.ACME, EXAMPLE, OPERATOR));
    assertEquals(Optional.empty(), domains().organisationOf("example.org"));
    assertEquals(Optional.empty(), domains().organisationOfNetbios("EXAMPLE"));
    assertTrue(added(Samples.ACME, EXAMPLE, "").version() > first.version());
    assertTrue(domains().remove(Samples.ACME, EXAMPLE, OPERATOR));
    added(THEIRS, EXAMPLE, "EXAMPLE");
    assertEquals(Optional.of(THEIRS), domains().organisationOf("example.org"));
  }

  @Test
  default void an_organisation_has_a_bounded_number_of_domains() {
    for (int i = 0; i < OrganisationDomains.MOST; i++) {
      added(Samples.ACME, DomainName.of("d" + i + ".example"), "");
    }
    assertThrows(Full.class, () -> added(Samples.ACME, EXAMPLE, ""));
    added(THEIRS, EXAMPLE, "");
    final var one = DomainName.of("d0.example");
    domains()
        .put(
            Samples.ACME,
            one,
            Optional.of(NetbiosName.of("ONE")),
            OrganisationDomains.ANY_VERSION,
            OPERATOR);
    assertTrue(domains().remove(Samples.ACME, one, OPERATOR));
    added(Samples.ACME, one, "");
    assertEquals(OrganisationDomains.MOST, domains().domainsOf(Samples.ACME).size());
  }

  @Test
  default void of_two_organisations_that_add_a_domain_at_once_one_wins() throws Exception {
    try (var threads = Executors.newFixedThreadPool(2)) {
      final var start = new CyclicBarrier(2);
      for (int i = 0; i < AT_ONCE; i++) {
        final var name = DomainName.of("d" + i + ".example");
        final var running = new ArrayList<Future<Domain>>();
        for (final var organisation : List.of(Samples.ACME, THEIRS)) {
          final Callable<Domain> attempt =
              () -> {
                start.await();
                return added(organisation, name, "");
              };
          running.add(threads.submit(attempt));
        }
        final var won = new ArrayList<OrganisationId>();
        for (final var each : running) {
          try {
            won.add(each.get().organisation());
          } catch (ExecutionException lost) {
            assertInstanceOf(Taken.class, lost.getCause());
          }
        }
        assertEquals(1, won.size());
        assertEquals(Optional.of(won.getFirst()), domains().organisationOf(name.value()));
        assertTrue(domains().remove(won.getFirst(), name, OPERATOR));
        assertEquals(Optional.empty(), domains().organisationOf(name.value()));
      }
    }
  }
}
