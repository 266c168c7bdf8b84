package dev.reveille.bench.siege;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.util.List;

/// Attack: phones and keys ask for the largest page of a full inbox, read it, and ask again.
final class FatInboxes extends Attack {
  private static final int PHONES = 6;
  private static final int KEYS = 6;
  private static final int THREADS = 32;

  private List<String> tokens = List.of();
  private List<String> secrets = List.of();

  FatInboxes(final AttackTarget target, final AttackConnections connections, final Tally tally)
      throws IOException {
    super(target, connections, tally);
    askers(
        THREADS,
        this::page,
        (_, status) -> {
          if (status == 429 || status == 503) {
            tally.count(Askers.PRESSED);
          }
        });
  }

  @Override
  void prepare() throws IOException {
    tokens = FullInboxPhones.withFullInboxes(target, PHONES, UnreadPages.MESSAGES);
    try (var ground = new Groundwork(target)) {
      secrets = ground.keys(KEYS, "listen");
    }
  }

  private HttpRequest page(final long number) {
    final int which = (int) (number / 2 % PHONES);
    return number % 2 == 0
        ? Groundwork.request(target.devices(), "/device/v1/inbox?most=500", tokens.get(which))
            .build()
        : Groundwork.request(target.api(), UnreadPages.page(target), secrets.get(which)).build();
  }
}
