package dev.reveille.simulators.service;

/// One header line in its exact spelling.
public record HeaderLine(String name, String value) {}
