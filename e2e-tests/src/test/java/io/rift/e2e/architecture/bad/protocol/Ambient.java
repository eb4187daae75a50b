package io.rift.e2e.architecture.bad.protocol;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/** One method for each way to time, randomness, names and the environment; every one has to be reported. */
@SuppressWarnings("AddressSelection") // looking names up badly is what this class is for
final class Ambient {
    long nanoTime() {
        return System.nanoTime();
    }

    long currentTimeMillis() {
        return System.currentTimeMillis();
    }

    LongSupplier nanoTimeByReference() {
        return System::nanoTime;
    }

    LongSupplier nanoTimeInALambda() {
        return () -> System.nanoTime() + 1;
    }

    void sleep() throws InterruptedException {
        TimeUnit.SECONDS.sleep(1);
    }

    double mathRandom() {
        return Math.random();
    }

    UUID randomUuid() {
        return UUID.randomUUID();
    }

    Random randomSeededByTheClock() {
        return new Random();
    }

    SplittableRandom splittableRandomSeededByTheClock() {
        return new SplittableRandom();
    }

    RandomGenerator defaultGenerator() {
        return RandomGenerator.getDefault();
    }

    void shuffleByItself(List<String> list) {
        Collections.shuffle(list);
    }

    InetAddress lookUp() throws UnknownHostException {
        return InetAddress.getByName("example.com");
    }

    InetAddress[] lookUpAll() throws UnknownHostException {
        return InetAddress.getAllByName("example.com");
    }

    InetAddress localHost() throws UnknownHostException {
        return InetAddress.getLocalHost();
    }

    String reverseLookUp(InetAddress address) {
        return address.getHostName();
    }

    InetSocketAddress lookUpInAConstructor() {
        return new InetSocketAddress("example.com", 1);
    }

    String environment() {
        return System.getenv("HOME");
    }

    String property() {
        return System.getProperty("user.name");
    }

    int identity(Object object) {
        return System.identityHashCode(object);
    }

    void print() {
        System.out.println();
    }
}
