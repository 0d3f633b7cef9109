"""Every op whose result can be far larger than its operands asks whether there is room for it."""

from __future__ import annotations

import pytest

from tcalc.errors import LimitError
from tcalc.lang.session import Session
from tcalc.limits import Limits

# v has 3000 elements, i a thousand of them, big stands for 30 million but takes no memory.
SETTING = "v = arange(3000.); i = arange(1000); big = v.expand(10000, 3000)"
PROGRAMS = """
outer(v, v)
v[:, None] + v
v[:, None] < v
where(v[:, None] > v, 1, 0)
v.view(3000, 1) @ v.view(1, 3000)
addmm(zeros(1, 1), v[:, None], v[None])
einsum('i,j->ij', v, v)
kron(v, v)
cdist(v[:, None], v[:, None])
zeros(10000, 10000)
full((10000, 10000), 1)
eye(10000)
arange(10000000)
linspace(0, 1, 10000000)
randn(10000, 10000)
randperm(10000000)
multinomial(v, 100000000, True)
zeros_like(big)
v.new_ones(10000, 10000)
tril_indices(10000, 10000)
vander(v, 3000)
cartesian_prod(v, v)
combinations(v)
block_diag(v[:, None], v[None])
diag(v)
diag_embed(v)
F.one_hot(i, 10000000)
F.pad(v, (0, 10000000))
v.repeat(10000)
tile(v, (10000,))
repeat_interleave(v, 100000)
repeat(v, 'n -> n r', r=100000)
cat([big, big])
stack([big, big])
bincount(i, minlength=100000000)
histc(v, 100000000)
torch.fft.fft(v, 100000000)
v[i.expand(10000, 1000)]
take(v, i.expand(10000, 1000))
gather(v.expand(3000, 3000), 0, i.expand(10000, 1000))
big.clone()
big.contiguous()
big.double()
big.reshape(-1)
big.tolist()
big + 1
big.exp()
big.sort()
big.softmax(1)
big.unique()
big.masked_fill(v > 3, 0)
searchsorted(v, big)
tensor(big)
torch.distributions.Normal(0., 1.).sample((10000, 10000))
bmm(ones(1, 10000, 1), ones(1, 1, 10000))
F.conv1d(v.view(1, 1, 3000), ones(1, 1, 2), padding=10000000)
F.conv1d(v.view(1, 1, 3000), ones(3000, 1, 2))
F.conv_transpose1d(v.view(1, 1, 3000), ones(1, 1, 1), stride=10000)
F.conv_transpose2d(ones(1, 1, 10, 10), ones(1, 1, 2, 2), stride=1000)
F.conv_transpose3d(ones(1, 1, 3, 3, 3), ones(1, 1, 2, 2, 2), stride=1000)
F.conv_transpose1d(ones(1, 1, 10), ones(1, 1, 2), dilation=10000000)
F.interpolate(ones(1, 1, 2, 2, 2), 1000, mode='trilinear')
F.interpolate(v.view(1, 1, 1, 3000), (10000, 1), mode='bilinear')
F.max_pool1d(v.view(1, 1, 3000), 20000000, padding=10000000)
F.avg_pool1d(v.view(1, 1, 3000), 20000000, padding=10000000)
F.adaptive_max_pool2d(v.view(1, 1, 3000, 1), (3000, 3000))
F.adaptive_avg_pool2d(v.view(1, 1, 3000, 1), (3000, 3000))
F.unfold(ones(1, 1, 10, 10), 2, padding=10000, stride=10000)
F.fold(ones(1, 4, 1), (10000, 10000), 2, stride=10000)
F.pad(v.view(1, 3000), (10000000, 0), mode='replicate')
combinations(v, 10000000)
F.embedding(i.repeat(3), zeros(1000, 1000))
torch.fft.fftfreq(10000000)
torch.fft.rfftfreq(10000000)
torch.repeat_interleave(tensor([10000000]))
where(v[:, None].bool(), v, v)
v.view(3000, 1).masked_fill(v > 3, 0)
ones(3, 3)[zeros(3000, 1).long(), zeros(3000).long()]
take_along_dim(v, zeros(1).long().expand(10000000), 0)
isin(big, v)
bucketize(big, v)
quantile(v, zeros(1).expand(10000000))
zeros(1).expand(10000000).split(1)
zeros(1).expand(10000000).unbind()
F.dropout(big)
v.unfold(0, 1500, 1).unfold(0, 100, 1) + 1
torch.linalg.svd(v.view(3000, 1))
torch.linalg.qr(v.view(3000, 1), 'complete')
"""


@pytest.mark.parametrize("program", PROGRAMS.strip().splitlines())
def test_a_result_beyond_the_limit_is_refused_before_it_is_made(program: str) -> None:
    session = Session(limits=Limits(memory=8_000_000))
    session.eval(SETTING)
    with pytest.raises(LimitError, match=r"would take .* more than the limit of 8\.0 MB"):
        session.eval(program)


def test_expanding_and_looking_take_no_memory() -> None:
    session = Session(limits=Limits(memory=8_000_000))
    session.eval(SETTING)
    assert session.eval("big.T.unsqueeze(0)[0, 5, 7].item()") == 5
    assert session.eval("big.numel(), big.stride()") == (30_000_000, (0, 1))
