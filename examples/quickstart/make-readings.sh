#!/bin/sh
# Prints N rows of readings; the same every time. usage: make-readings.sh N
awk -v n="$1" 'BEGIN {
    print "hour,speed,power"
    seed = 7
    for (i = 0; i < n; i++) {
        seed = (seed * 1103515245 + 12345) % 2147483648
        speed = 3 + 9 * (seed / 2147483648) + 2 * sin(i / 24)
        seed = (seed * 1103515245 + 12345) % 2147483648
        power = 0.8 * speed ^ 2.7 * (0.9 + 0.2 * seed / 2147483648)
        printf "%d,%.2f,%.2f\n", i, speed, power
    }
}'
