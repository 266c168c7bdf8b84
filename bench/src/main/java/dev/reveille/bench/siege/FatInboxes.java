package dev.reveille.bench.siege;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.util.List;

/// Phones and keys that ask for the largest page of a full inbox, read it, and ask again.
final class FatInboxes implements Attack {
  private static final int PHONES = 20;
  private static final int KEYS = 20;
  private static final int THREADS = 16;

  private final Target target;
  private List<String> tokens = List.of();
  private List<String> secrets = List.of();
  private final Askers askers;

  FatInboxes(final Target target, final Wire wire, final Tally tally) throws IOException {
    this.target = target;
    try (var ground = new Groundwork(target)) {
      this.askers =
          new Askers(
              ground.trust(),
              tally,
              THREADS * target.size(),
              this::page,
              (_, status) -> {
                if (status == 429 || status == 503) {
                  tally.count(Askers.PRESSED);
                }
              });
    }
  }

  @Override
  public void prepare() throws IOException {
    tokens = Phones.withFullInboxes(target, PHONES, UnreadPages.MESSAGES);
    try (var ground = new Groundwork(target)) {
      secrets = ground.keys(KEYS, "listen");
    }
  }

  @Override
  public void begin() {
    askers.begin();
  }

  private HttpRequest page(final long number) {
    final int which = (int) (number / 2 % PHONES);
    return number % 2 == 0
        ? Groundwork.request(target.devices(), "/device/v1/inbox?most=500", tokens.get(which))
            .build()
        : Groundwork.request(target.api(), UnreadPages.page(target), secrets.get(which)).build();
  }

  @Override
  public long held() {
    return 0; // work, which is not held
  }

  @Override
  public void close() {
    askers.close();
  }
}
