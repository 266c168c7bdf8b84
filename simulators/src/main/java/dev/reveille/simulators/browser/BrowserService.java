package dev.reveille.simulators.browser;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.simulators.service.Allowance;
import dev.reveille.simulators.service.Arrivals;
import dev.reveille.simulators.service.CalledService;
import dev.reveille.simulators.service.Fault;
import dev.reveille.simulators.service.HeldCall;
import dev.reveille.simulators.service.ServiceAnswer;
import dev.reveille.simulators.service.ServiceCall;
import dev.reveille.simulators.service.Site;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/// Decides how the simulated Web Push service answers a request, of HTTP/1.1 or HTTP/2. Called from
/// any event loop; must not block.
final class BrowserService implements CalledService {
  private static final String PUSH = "/push/";
  private static final String MESSAGE = BrowserReceipts.MESSAGE;
  private static final String RECEIPT = "/r/";
  private static final String ELSEWHERE = "https://elsewhere.example.org";
  private static final int LARGEST = 4_096;
  private static final Set<String> URGENCIES = Set.of("very-low", "low", "normal", "high");
  private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9_-]{1,32}");
  private static final Pattern RESPOND_ASYNC = Pattern.compile("(?:^|[,;]\\s*)respond-async\\b");
  private static final ObjectMapper JSON = new ObjectMapper();

  private record Verdict(BrowserReason reason, String words, int retryAfter) {
    static Verdict of(final BrowserReason reason) {
      return new Verdict(reason, reason.words(), 0);
    }
  }

  private final BrowserOptions options;
  private final Supplier<String> origin;
  private final BrowserSubscriptions subscriptions;
  private final BrowserReceipts receipts;
  private final Site site;
  private final Arrivals<ArrivedWebPush> arrived;
  private final Map<String, Allowance> allowances = new ConcurrentHashMap<>();

  /// @param origin of the endpoints, known when the port is
  BrowserService(
      final BrowserOptions options,
      final Supplier<String> origin,
      final BrowserSubscriptions subscriptions,
      final BrowserReceipts receipts,
      final Site site) {
    this.options = options;
    this.origin = origin;
    this.subscriptions = subscriptions;
    this.receipts = receipts;
    this.site = site;
    this.arrived = new Arrivals<>(options.kept());
  }

  Arrivals<ArrivedWebPush> arrived() {
    return arrived;
  }

  String endpoint(final String token) {
    return origin.get() + PUSH + token;
  }

  @Override
  public Site site() {
    return site;
  }

  @Override
  public boolean keepsBodies() {
    return !options.quick();
  }

  @Override
  public String tokenOf(final ServiceCall call) {
    return call.path().startsWith(PUSH) ? call.path().substring(PUSH.length()) : "";
  }

  @Override
  public void answer(final ServiceCall call, final Consumer<ServiceAnswer> say) {
    final String path = call.path();
    if (path.startsWith(MESSAGE)) {
      say.accept(message(call, path.substring(MESSAGE.length())));
    } else if (path.startsWith(RECEIPT)) {
      say.accept(receipt(call));
    } else {
      say.accept(push(call));
    }
  }

  // ---- messages and receipts ----

  private ServiceAnswer message(final ServiceCall call, final String id) {
    if (!call.method().equals("DELETE")) {
      return ServiceAnswer.of(405, BrowserReason.METHOD_NOT_ALLOWED.name()).with("Allow", "DELETE");
    }
    return subscriptions.cancel(id)
        ? ServiceAnswer.of(204, "CANCELLED")
        : ServiceAnswer.of(404, BrowserReason.NOT_FOUND.name());
  }

  /// A GET of a receipt subscription is held, over HTTP/2.
  @Override
  public boolean holds(final ServiceCall call, final HeldCall to) {
    return call.method().equals("GET")
        && call.path().startsWith(RECEIPT)
        && receipts.watch(call.path().substring(RECEIPT.length()), to);
  }

  /// What is said to a GET that cannot be held, or to another method.
  private static ServiceAnswer receipt(final ServiceCall call) {
    if (!call.method().equals("GET")) {
      return ServiceAnswer.of(405, BrowserReason.METHOD_NOT_ALLOWED.name()).with("Allow", "GET");
    }
    return call.version().equals("HTTP/2")
        ? ServiceAnswer.of(404, BrowserReason.NOT_FOUND.name())
        : ServiceAnswer.of(505, "NEEDS_HTTP_2");
  }

  // ---- pushes ----

  private ServiceAnswer push(final ServiceCall call) {
    final boolean receipt =
        options.receipts() != ReceiptMode.NONE
            && RESPOND_ASYNC.matcher(call.header("Prefer")).find();
    final var told = receipt ? receipts.subscription(named(call)) : Optional.of("");
    final var accepted = receipt ? BrowserReason.ACCEPTED : BrowserReason.CREATED;
    final var verdict =
        options.quick()
            ? Verdict.of(accepted)
            : judge(call)
                .or(() ->
                    told.isEmpty()
                        ? Optional.of(Verdict.of(BrowserReason.BAD_RECEIPT))
                        : Optional.empty())
                .orElse(Verdict.of(accepted));
    final boolean taken = verdict.reason() == accepted;
    final String id = UUID.randomUUID().toString();
    if (taken) {
      site.counters().accepted.increment();
    } else {
      site.counters().refused(verdict.reason().name());
    }
    if (taken && receipt) {
      receipts.open(id, told.orElse(""));
    }
    if (!options.quick()) {
      keep(call, id, verdict.reason().status(), verdict.reason().name(), taken);
    }
    if (taken && receipt && options.quick()) {
      receipts.settle(id, true); // a browser that has all at once
    }
    return taken ? created(call, id, told.orElse(""), accepted) : refused(verdict);
  }

  /// The receipt subscription that a push names; "" for none.
  private static String named(final ServiceCall call) {
    final var uri = call.header("Push-Receipt");
    final int id = uri.indexOf(RECEIPT, Math.max(0, uri.indexOf("://") + 3));
    return id < 0 ? uri : uri.substring(id + RECEIPT.length());
  }

  private ServiceAnswer created(
      final ServiceCall call,
      final String id,
      final String subscription,
      final BrowserReason reason) {
    final var answer =
        ServiceAnswer.of(reason.status(), reason.name())
            .with("Location", origin.get() + MESSAGE + id)
            .with("TTL", Long.toString(life(call).toSeconds()));
    return reason == BrowserReason.ACCEPTED
        ? answer.with(
            "Link",
            "<"
                + receiptOrigin()
                + RECEIPT
                + subscription
                + ">; rel=\"urn:ietf:params:push:receipt\"")
        : answer;
  }

  private String receiptOrigin() {
    return options.receipts() == ReceiptMode.ELSEWHERE ? ELSEWHERE : origin.get();
  }

  private static ServiceAnswer refused(final Verdict verdict) {
    final var reason = verdict.reason();
    final var body =
        JSON.createObjectNode()
            .put("code", reason.status())
            .put("error", reason.name())
            .put("message", verdict.words());
    final var answer =
        ServiceAnswer.json(reason.status(), reason.name(), body.toString())
            .after(verdict.retryAfter());
    return switch (reason) {
      case MISSING_VAPID -> answer.with("WWW-Authenticate", "vapid");
      case METHOD_NOT_ALLOWED -> answer.with("Allow", "POST");
      default -> answer;
    };
  }

  private Optional<Verdict> judge(final ServiceCall call) {
    final var known = subscriptions.subscription(tokenOf(call));
    if (known.isEmpty() || known.get().state() == BrowserSubscription.State.UNKNOWN) {
      return Optional.of(Verdict.of(BrowserReason.NOT_FOUND));
    }
    if (!call.method().equals("POST")) {
      return Optional.of(Verdict.of(BrowserReason.METHOD_NOT_ALLOWED));
    }
    if (known.get().state() == BrowserSubscription.State.GONE) {
      return Optional.of(Verdict.of(BrowserReason.GONE));
    }
    final var now = options.clock().instant();
    final var unauthorized =
        VapidStatement.check(call.header("Authorization"), origin.get(), known.get(), now);
    if (unauthorized.isPresent()) {
      return Optional.of(new Verdict(unauthorized.get().reason(), unauthorized.get().words(), 0));
    }
    return malformed(call)
        .map(Verdict::of)
        .or(() -> {
          final int wait =
              allowances
                  .computeIfAbsent(
                      known.get().token(),
                      _ ->
                          new Allowance(
                              options.subscriptionPerMinute(), Duration.ofMinutes(1), now))
                  .take(now);
          return wait == 0
              ? Optional.empty()
              : Optional.of(
                  new Verdict(BrowserReason.TOO_MANY, BrowserReason.TOO_MANY.words(), wait));
        });
  }

  private static Optional<BrowserReason> malformed(final ServiceCall call) {
    if (call.count("TTL") != 1 || !call.header("TTL").matches("\\d{1,10}")) {
      return Optional.of(BrowserReason.BAD_TTL);
    }
    if (call.has("Urgency")
        && (call.count("Urgency") > 1 || !URGENCIES.contains(call.header("Urgency")))) {
      return Optional.of(BrowserReason.BAD_URGENCY);
    }
    if (call.has("Topic")
        && (call.count("Topic") > 1 || !TOPIC.matcher(call.header("Topic")).matches())) {
      return Optional.of(BrowserReason.BAD_TOPIC);
    }
    if (call.size() > LARGEST) {
      return Optional.of(BrowserReason.TOO_BIG);
    }
    return call.size() > 0 && !call.header("Content-Encoding").equals("aes128gcm")
        ? Optional.of(BrowserReason.BAD_ENCODING)
        : Optional.empty();
  }

  private Duration life(final ServiceCall call) {
    final String ttl = call.header("TTL");
    final var asked =
        ttl.matches("\\d{1,10}") ? Duration.ofSeconds(Long.parseLong(ttl)) : Duration.ZERO;
    return asked.compareTo(options.longestLife()) > 0 ? options.longestLife() : asked;
  }

  // ---- what arrived ----

  @Override
  public void keep(
      final ServiceCall call, final int status, final String word, final boolean deliver) {
    if (call.path().startsWith(PUSH)) {
      keep(call, UUID.randomUUID().toString(), status, word, deliver);
    }
  }

  /// Decrypts the push, writes the arrival down and lets the browser have it.
  private void keep(
      final ServiceCall call,
      final String id,
      final int status,
      final String word,
      final boolean deliver) {
    final String token = tokenOf(call);
    final var subscription = subscriptions.subscription(token);
    Optional<String> payload = Optional.empty();
    Optional<String> undecryptable = Optional.empty();
    if (subscription.isPresent() && call.size() > 0) {
      try {
        final byte[] plain = EncryptedPayload.open(call.body(), subscription.get());
        payload = Optional.of(new String(plain, StandardCharsets.UTF_8));
      } catch (GeneralSecurityException e) {
        undecryptable = Optional.of(String.valueOf(e.getMessage()));
        site.counters().refused("undecryptable");
      }
    }
    final var text = payload;
    final var why = undecryptable;
    final var one =
        arrived.add(
            sequence -> new ArrivedWebPush(sequence, token, id, call, status, word, text, why));
    if (deliver) {
      subscriptions.hand(one, call.header("Topic"), life(call));
    }
  }

  @Override
  public ServiceAnswer ordered(final ServiceCall call, final Fault fault) {
    for (final var known : BrowserReason.values()) {
      if (known.name().equals(fault.word()) && known.status() == fault.status()) {
        if (known == BrowserReason.CREATED || known == BrowserReason.ACCEPTED) {
          return created(call, UUID.randomUUID().toString(), "", known).after(fault.retryAfter());
        }
        return refused(new Verdict(known, known.words(), fault.retryAfter()));
      }
    }
    return ServiceAnswer.of(fault.status(), fault.word()).after(fault.retryAfter());
  }
}
