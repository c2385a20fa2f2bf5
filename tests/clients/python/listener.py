"""Listens as a Python page would: python3 listener.py URL TRANSPORT CHANNEL. Prints a line for all that happens."""
import sys

import socketio

url, transport, channel = sys.argv[1:]
client = socketio.Client(reconnection_delay=0.1, reconnection_delay_max=0.5)


def say(*words):
    print(*words, flush=True)


@client.event
def connect():
    client.emit('join', channel, callback=lambda *answer: say('joined'))


@client.event
def disconnect(*reason):
    say('disconnected')


@client.on('NEW_NOTIFICATION')
def receive(notification):
    say('received', notification)


client.connect(url + '?notificationKey=NOTIFICATION_KEY', transports=[transport])
client.wait()
