"""The five published networks as their authors write such classes: layers in __init__, F in forward, log-softmax."""

from torch import nn
from torch.nn import functional as F  # noqa: N812  the name torch's own documentation gives it


class Published25290(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 4, 3, padding=1)
        self.bn1 = nn.BatchNorm2d(4, affine=False)
        self.conv2 = nn.Conv2d(4, 8, 3, padding=1)
        self.bn2 = nn.BatchNorm2d(8, affine=False)
        self.conv3 = nn.Conv2d(8, 16, 3, padding=1)
        self.bn3 = nn.BatchNorm2d(16, affine=False)
        self.conv4 = nn.Conv2d(16, 32, 3, padding=1)
        self.bn4 = nn.BatchNorm2d(32, affine=False)
        self.conv5 = nn.Conv2d(32, 64, 3)
        self.bn5 = nn.BatchNorm2d(64, affine=False)
        self.conv6 = nn.Conv2d(64, 10, 1)

    def forward(self, x):
        x = F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))))
        x = F.dropout(F.max_pool2d(x, 2), 0.1, self.training)
        x = F.relu(self.bn4(self.conv4(F.relu(self.bn3(self.conv3(x))))))
        x = F.dropout(F.max_pool2d(x, 2), 0.1, self.training)
        x = self.conv6(F.relu(self.bn5(self.conv5(x))))
        return F.log_softmax(F.avg_pool2d(x, 5).view(-1, 10), dim=1)


class Published15738(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Sequential(
            *(nn.Conv2d(1, 8, 3), nn.BatchNorm2d(8), nn.ReLU()),
            *(nn.Conv2d(8, 16, 3), nn.BatchNorm2d(16), nn.ReLU()),
            *(nn.Conv2d(16, 16, 3), nn.BatchNorm2d(16), nn.ReLU()),
        )
        self.pool = nn.MaxPool2d(2, 2)
        self.drop1 = nn.Dropout(0.1)
        self.conv2 = nn.Sequential(
            *(nn.Conv2d(16, 16, 3), nn.BatchNorm2d(16), nn.ReLU()),
            *(nn.Conv2d(16, 16, 3), nn.BatchNorm2d(16), nn.ReLU()),
            *(nn.Conv2d(16, 16, 3), nn.BatchNorm2d(16), nn.ReLU()),
        )
        self.drop2 = nn.Dropout(0.1)
        self.conv3 = nn.Sequential(nn.Conv2d(16, 32, 3), nn.BatchNorm2d(32), nn.ReLU())
        self.last = nn.Conv2d(32, 10, 1)
        self.gap = nn.AvgPool2d(3)

    def forward(self, x):
        x = self.drop1(self.pool(self.conv1(x)))
        x = self.gap(self.last(self.conv3(self.drop2(self.conv2(x)))))
        return F.log_softmax(x.view(-1, 10), dim=-1)


class Published19458(nn.Module):
    def __init__(self):
        super().__init__()
        sizes = [(1, 8, 3), (8, 8, 3), (8, 16, 3), (16, 16, 3), (16, 32, 3), (32, 16, 1), (16, 16, 3), (16, 32, 3)]
        self.blocks = nn.ModuleList(
            nn.Sequential(nn.Conv2d(before, after, kernel), nn.ReLU(), nn.BatchNorm2d(after))
            for before, after, kernel in sizes
        )
        self.last = nn.Conv2d(32, 10, 3)

    def forward(self, x):
        for at, block in enumerate(self.blocks):
            x = block(x)
            if at == 2:
                x = F.max_pool2d(x, 2)
        return F.log_softmax(self.last(x).flatten(1), dim=1)


class Published18138(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 3, padding=1)
        self.bn1 = nn.BatchNorm2d(8)
        self.conv2 = nn.Conv2d(8, 16, 3)
        self.bn2 = nn.BatchNorm2d(16)
        self.conv3 = nn.Conv2d(16, 32, 3)
        self.bn3 = nn.BatchNorm2d(32)
        self.conv4 = nn.Conv2d(32, 32, 3)
        self.conv5 = nn.Conv2d(32, 10, 3)
        self.pool = nn.MaxPool2d(2, 2)

    def forward(self, x):
        x = self.pool(self.bn1(F.relu(self.conv1(x))))
        x = self.bn3(F.relu(self.conv3(self.bn2(F.relu(self.conv2(x))))))
        x = self.conv5(F.relu(self.conv4(self.pool(x))))
        return F.log_softmax(x.view(x.size(0), -1), dim=1)


class Published10066(nn.Module):
    def __init__(self, dropout=0.1):
        super().__init__()

        def block(before, after, kernel):
            return nn.Sequential(
                nn.Conv2d(before, after, kernel), nn.BatchNorm2d(after), nn.ReLU(), nn.Dropout(dropout)
            )

        self.block1, self.block2, self.block3 = block(1, 8, 3), block(8, 16, 3), block(16, 16, 3)
        self.pool = nn.Sequential(nn.MaxPool2d(2, 2), nn.BatchNorm2d(16), nn.Dropout(dropout))
        self.block4, self.block5, self.block6 = block(16, 8, 1), block(8, 16, 3), block(16, 32, 3)
        self.gap = nn.AvgPool2d(7)
        self.last = nn.Conv2d(32, 10, 1)

    def forward(self, x):
        x = self.pool(self.block3(self.block2(self.block1(x))))
        x = self.last(self.gap(self.block6(self.block5(self.block4(x)))))
        return F.log_softmax(x.view(-1, 10), dim=-1)
