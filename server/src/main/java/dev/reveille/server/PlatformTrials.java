package dev.reveille.server;

import dev.reveille.model.App;
import dev.reveille.model.AppCredential;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.PushService;
import dev.reveille.protocols.clearinghouse.PlatformKeys;
import dev.reveille.protocols.notificationhubs.Hub;
import dev.reveille.routing.port.Stores;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// Asks Apple and Google whether they take the credentials of a publisher's apps, some side by
/// side. Apps of notification hubs are not asked for: partners push to none of them. Thread-safe;
/// reads the disk and waits for the services.
final class PlatformTrials implements PlatformKeys {
  /// More are not asked for at once.
  private static final int AT_ONCE = 20;

  private static final List<PushService> ASKED = List.of(PushService.APNS, PushService.FCM);

  private final Stores store;
  private final PushServices services;

  PlatformTrials(final Stores store, final PushServices services) {
    this.store = store;
    this.services = services;
  }

  private record Candidate(App app, PushService service, AppCredential credential) {}

  @Override
  public List<Verdict> tried(final OrganisationId publisher) {
    final var all = candidates(publisher);
    final var verdicts = new ArrayList<Verdict>();
    for (int from = 0; from < all.size(); from += AT_ONCE) {
      verdicts.addAll(sideBySide(all.subList(from, Math.min(all.size(), from + AT_ONCE))));
    }
    return verdicts;
  }

  private List<Verdict> sideBySide(final List<Candidate> some) {
    final var verdicts = new ArrayList<CompletableFuture<Optional<Verdict>>>();
    for (final var one : some) {
      final var verdict = new CompletableFuture<Optional<Verdict>>();
      verdicts.add(verdict);
      Thread.ofVirtual()
          .name("trial of " + one.app().id())
          .start(() -> {
            try {
              verdict.complete(verdict(one));
            } catch (final RuntimeException fault) {
              verdict.completeExceptionally(fault);
            }
          });
    }
    return verdicts.stream().map(CompletableFuture::join).flatMap(Optional::stream).toList();
  }

  private List<Candidate> candidates(final OrganisationId publisher) {
    final var all = new ArrayList<Candidate>();
    for (final var app : store.registry().apps(publisher)) {
      if (!app.id().value().startsWith(Hub.APPS)) {
        for (final var service : ASKED) {
          store
              .secrets()
              .credentials(app.id(), service)
              .forEach(one -> all.add(new Candidate(app, service, one)));
        }
      }
    }
    return all;
  }

  private Optional<Verdict> verdict(final Candidate one) {
    return services
        .tried(one.credential(), one.app().bundleId())
        .map(trial ->
            new Verdict(
                one.app().id(), one.service(), one.credential().id(), trial.why(), trial.words()));
  }
}
