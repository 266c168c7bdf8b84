package dev.reveille.routing;

/// The heart as one thing: what protocols talk to. (Its body follows.)
public final class Routing {
  private Routing() {}
}
