using Notify.Broker.Inboxes;
using Notify.Broker.Messages;

namespace Notify.Broker.Tests.Inboxes;

/// <summary>Tests how the requests of a node for the head of a channel share their questions.</summary>
public sealed class AnnouncementHeadsTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _asked = new(0);
    private readonly Queue<TaskCompletionSource<AnnouncementRead?>> _questions = new();
    private readonly AnnouncementHeads _heads;

    public AnnouncementHeadsTests()
    {
        _heads = new AnnouncementHeads(question =>
        {
            Assert.Equal("announce:all", question.Channel);
            var answer = new TaskCompletionSource<AnnouncementRead?>();
            lock (_questions)
            {
                _questions.Enqueue(answer);
            }

            _asked.Release();
            return answer.Task;
        });
    }

    [Fact]
    public async Task A_request_waits_for_a_question_that_began_after_it_and_shares_it()
    {
        var first = _heads.FindAsync("announce:all");
        var question = await NextAsync();
        var second = _heads.FindAsync("announce:all");
        var third = _heads.FindAsync("announce:all");
        Assert.Same(second, third);
        Assert.Empty(_questions);

        question.SetResult(Answer(1));
        Assert.Equal(1, (await first.WaitAsync(Limit))!.Next);
        Assert.False(second.IsCompleted);
        question = await NextAsync();
        var fourth = _heads.FindAsync("announce:all");
        question.SetResult(Answer(2));
        Assert.Equal(2, (await second.WaitAsync(Limit))!.Next);
        (await NextAsync()).SetResult(Answer(3));
        Assert.Equal(3, (await fourth.WaitAsync(Limit))!.Next);
    }

    [Fact]
    public async Task A_question_that_fails_or_is_not_answered_does_not_hold_up_the_next()
    {
        var first = _heads.FindAsync("announce:all");
        var second = _heads.FindAsync("announce:all");
        (await NextAsync()).SetException(new InvalidOperationException("The node stops."));
        await Assert.ThrowsAsync<InvalidOperationException>(() => first.WaitAsync(Limit));
        (await NextAsync()).SetResult(null);
        Assert.Null(await second.WaitAsync(Limit));

        var third = _heads.FindAsync("announce:all");
        (await NextAsync()).SetResult(Answer(1));
        Assert.Equal(1, (await third.WaitAsync(Limit))!.Next);
    }

    private static AnnouncementRead Answer(long number) => new("announce:all", null, [], [], number);

    private async Task<TaskCompletionSource<AnnouncementRead?>> NextAsync()
    {
        Assert.True(await _asked.WaitAsync(Limit));
        lock (_questions)
        {
            return _questions.Dequeue();
        }
    }
}
