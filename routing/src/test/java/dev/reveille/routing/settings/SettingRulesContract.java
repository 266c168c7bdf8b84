package dev.reveille.routing.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Reason;
import dev.reveille.routing.port.Samples;
import dev.reveille.routing.port.SettingsStore;
import dev.reveille.routing.port.SettingsStore.By;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// The rules over several settings hold within one commit, in every store.
public interface SettingRulesContract {
  By OPERATOR = new By("operator", "192.0.2.1");
  int TIMES = 1_000;
  String PROXY = "sipfed.online.lync.com";

  SettingsStore settings();

  private static SettingsCollection collection(final String name) {
    return SettingsCatalogue.get(name);
  }

  private EffectiveSetting make(
      final String collection, final String identity, final Map<String, List<String>> values) {
    return new SettingChanges(settings())
        .replace(
            Samples.ACME,
            collection(collection),
            collection(collection).identity(identity).orElseThrow(),
            values,
            0,
            OPERATOR);
  }

  private boolean remove(final String collection, final String identity) {
    return new SettingChanges(settings())
        .remove(
            Samples.ACME,
            collection(collection),
            collection(collection).identity(identity).orElseThrow(),
            OPERATOR);
  }

  private EffectiveSetting provider(final String name, final String proxy) {
    return make(
        SettingsCatalogue.HOSTING_PROVIDERS,
        name,
        Map.of("proxy-fqdn", List.of(proxy), "enabled", List.of("true")));
  }

  /// What became of two attempts that began at the same moment.
  private static List<Object> together(final List<Callable<Object>> attempts) throws Exception {
    final var start = new CyclicBarrier(attempts.size());
    try (var threads = Executors.newFixedThreadPool(attempts.size())) {
      final var running = new ArrayList<Future<Object>>();
      for (final var attempt : attempts) {
        running.add(
            threads.submit(() -> {
              start.await();
              try {
                return attempt.call();
              } catch (SettingRefused refused) {
                return refused;
              }
            }));
      }
      final var outcomes = new ArrayList<>();
      for (final var each : running) {
        outcomes.add(each.get());
      }
      return outcomes;
    }
  }

  @Test
  default void of_two_providers_for_one_proxy_made_at_once_one_wins_and_is_named()
      throws Exception {
    for (int i = 0; i < TIMES; i++) {
      final var outcomes =
          together(
              List.of(
                  () -> provider("LyncOnline", PROXY),
                  () -> provider("Other", "SIPFED.online.lync.com.")));
      final var won = outcomes.stream().filter(EffectiveSetting.class::isInstance).toList();
      final var lost = outcomes.stream().filter(SettingRefused.class::isInstance).toList();
      assertEquals(1, won.size(), outcomes::toString);
      assertEquals(1, lost.size(), outcomes::toString);
      final var winner = ((EffectiveSetting) won.getFirst()).identity();
      final var refusal = (SettingRefused) lost.getFirst();
      assertEquals(Reason.EXISTS, refusal.why());
      assertTrue(
          String.valueOf(refusal.getMessage()).contains("of the hosting provider " + winner),
          refusal::getMessage);
      assertTrue(remove(SettingsCatalogue.HOSTING_PROVIDERS, winner));
    }
  }

  @Test
  default void of_an_allowed_and_a_blocked_domain_made_at_once_one_wins() throws Exception {
    for (int i = 0; i < TIMES / 10; i++) {
      final var domain = "d" + i + ".example";
      final var outcomes =
          together(
              List.of(
                  () -> make(SettingsCatalogue.ALLOWED_DOMAINS, domain, Map.of()),
                  () -> make(SettingsCatalogue.BLOCKED_DOMAINS, domain, Map.of())));
      assertEquals(
          1,
          outcomes.stream().filter(SettingRefused.class::isInstance).count(),
          outcomes::toString);
    }
  }

  @Test
  default void a_provider_and_default_routing_made_at_once_exclude_each_other() throws Exception {
    for (int i = 0; i < TIMES / 10; i++) {
      final var outcomes =
          together(
              List.of(
                  () -> provider("LyncOnline", PROXY),
                  () ->
                      make(
                          SettingsCatalogue.ACCESS_EDGE,
                          "global",
                          Map.of(
                              "use-default-routing",
                              List.of("true"),
                              "default-route-fqdn",
                              List.of("route.example")))));
      final var refused = outcomes.stream().filter(SettingRefused.class::isInstance).toList();
      assertEquals(1, refused.size(), outcomes::toString);
      assertEquals(Reason.STILL_USED, ((SettingRefused) refused.getFirst()).why());
      remove(SettingsCatalogue.HOSTING_PROVIDERS, "LyncOnline");
      remove(SettingsCatalogue.ACCESS_EDGE, "global");
    }
  }

  @Test
  default void a_refused_change_leaves_everything_as_it_was() {
    provider("LyncOnline", PROXY);
    final int entries = settings().audit(Samples.ACME, 10).size();
    assertThrows(SettingRefused.class, () -> provider("Other", PROXY));
    assertEquals(1, settings().all(Samples.ACME, SettingsCatalogue.HOSTING_PROVIDERS).size());
    assertEquals(entries, settings().audit(Samples.ACME, 10).size());
  }
}
